package ai.cresset.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.LifetimeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.autograd.Mode;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class ProfilerTest {
  private static OpSummary summary(Profiler profiler, String name) {
    return profiler.summaries().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not in\n" + profiler.table()));
  }

  @Test
  void forwardAndBackwardAreCountedByOperation() {
    Tensor x = Tensor.ones(8, 8).requiresGrad(true);
    try (Profiler profiler = Profiler.start()) {
      Tensor y = x.matmul(x);
      y.matmul(x).relu_().sum().backward();
      assertEquals(2, summary(profiler, "backward of matmul").calls());
      assertEquals(6, summary(profiler, "matmul").calls());
      assertEquals(1, summary(profiler, "relu_").calls());
      assertEquals(1, summary(profiler, "accumulateGrad").calls());
      assertEquals(6 * 8 * 8 * 4, summary(profiler, "matmul").allocatedBytes());
      OpSummary backward = summary(profiler, "backward of matmul");
      assertTrue(backward.selfNanos() < backward.totalNanos(), profiler.table());
      List<OpSummary> all = profiler.summaries();
      for (int i = 1; i < all.size(); i++) {
        assertTrue(all.get(i - 1).selfNanos() >= all.get(i).selfNanos());
      }
      long outermost =
          profiler.events().stream()
              .filter(event -> event.depth() == 0)
              .mapToLong(OpEvent::totalNanos)
              .sum();
      assertEquals(outermost, all.stream().mapToLong(OpSummary::selfNanos).sum());
    }
    assertNull(Mode.current().observer());
  }

  @Test
  void timeInsideOfOtherOperationsIsNotTheirOwn() {
    Tensor x = Tensor.ones(4);
    try (Profiler profiler = Profiler.start()) {
      new Outer().apply(x);
      OpSummary outer = summary(profiler, "outer");
      assertEquals(1, outer.calls());
      assertEquals(2, summary(profiler, "exp").calls());
      assertEquals(0, outer.allocatedBytes());
      OpEvent last = profiler.events().get(profiler.events().size() - 1);
      assertEquals("outer", last.name());
      assertEquals(2 * 4 * 4, last.allocatedBytes());
      assertEquals(0, last.depth());
      assertEquals(1, profiler.events().get(0).depth());
    }
  }

  private record Outer() implements CustomFunction {
    @Override
    public List<Tensor> forward(Context context, List<Tensor> inputs) {
      return List.of(inputs.get(0).exp().exp());
    }

    @Override
    public List<@Nullable Tensor> backward(
        Context context, List<@Nullable Tensor> gradients, Needs needs) {
      return gradients;
    }
  }

  @Test
  void theTableNamesOperationsAndUnits() {
    Tensor x = Tensor.ones(1024);
    try (Profiler profiler = Profiler.start()) {
      x.exp();
      String[] lines = profiler.table().split("\\R");
      assertTrue(
          lines[0].matches("operation +calls +self ms +self % +total ms +average ms +allocated"),
          lines[0]);
      assertTrue(lines[1].matches("exp +1 +[0-9.]+ +100.0 +[0-9.]+ +[0-9.]+ +4.0 KiB"), lines[1]);
      assertTrue(lines[2].matches("all operations: [0-9.]+ ms"), lines[2]);
    }
  }

  @Test
  void anErrorEndsItsOperation() {
    try (Profiler profiler = Profiler.start()) {
      Refused.message(ShapeException.class, () -> Tensor.ones(2, 3).matmul(Tensor.ones(2)));
      Tensor.ones(2).exp();
      OpEvent last = profiler.events().get(profiler.events().size() - 1);
      assertEquals("exp", last.name());
      assertEquals(0, last.depth());
    }
  }

  @Test
  void theTraceIsReadable(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("trace.json");
    Tensor x = Tensor.ones(4).requiresGrad(true);
    try (Profiler profiler = Profiler.start()) {
      x.exp().sum().backward();
      profiler.writeTrace(file);
    }
    JsonNode events = new ObjectMapper().readTree(file.toFile()).get("traceEvents");
    assertEquals("M", events.get(0).get("ph").asText());
    JsonNode backward = null;
    for (JsonNode event : events) {
      if (event.get("name").asText().equals("backward of exp")) {
        backward = event;
      }
    }
    assertNotNull(backward);
    assertEquals("X", backward.get("ph").asText());
    assertEquals("backward", backward.get("cat").asText());
    assertTrue(backward.get("ts").isNumber() && backward.get("dur").isNumber());
  }

  @Test
  void aThreadHasOneProfilerAndOthersDoNotSeeIt() throws InterruptedException {
    try (Profiler profiler = Profiler.start()) {
      String refused = Refused.message(LifetimeException.class, Profiler::start);
      assertTrue(refused.contains("is profiled already; close the other profiler first"), refused);
      Thread other =
          new Thread(
              () -> {
                try (Tensor x = Tensor.ones(3)) {
                  x.exp().close();
                }
              });
      other.start();
      other.join();
      assertTrue(profiler.events().isEmpty(), profiler.table());
    }
  }
}
