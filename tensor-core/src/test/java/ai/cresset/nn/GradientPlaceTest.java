package ai.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Scope;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.tensor.autograd.Mode;
import ai.cresset.tensor.op.OpObserver;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gradients of weights are computed where they gather, such as in a bucket of data parallelism:
 * with the same bits, and without a copy.
 */
@ExtendWith(LeakCheck.class)
final class GradientPlaceTest {
  /** A module, and its output. */
  private record Example(Module module, Supplier<Tensor> call) {}

  private static Example example(String name) {
    Generator.use(new Generator(3));
    Tensor rows = random(1, 6, 3, 5);
    Tensor image = random(2, 2, 4, 9, 9);
    return switch (name) {
      case "linear" -> {
        Linear layer = new Linear(5, 7);
        yield new Example(layer, () -> layer.call(rows));
      }
      case "convolution" -> {
        Conv2d layer = new Conv2d(4, 6, 3);
        yield new Example(layer, () -> layer.call(image));
      }
      case "embedding" -> {
        Embedding layer = new Embedding(11, 4);
        yield new Example(layer, () -> layer.call(Tensor.of(new long[] {3, 0, 3}, 3)));
      }
      case "lstm" -> {
        Lstm layer = new Lstm(5, 8);
        yield new Example(layer, () -> layer.call(rows).output());
      }
      default -> throw new AssertionError(name);
    };
  }

  private static Tensor random(long seed, long... sizes) {
    Spec spec = new Spec(Shape.of(sizes), DType.FLOAT32, Device.CPU);
    return Creation.normal(spec, 0, 1, new Generator(seed));
  }

  /** The operations of a backward pass. */
  private static List<String> backward(Tensor loss) {
    List<String> seen = new ArrayList<>();
    Mode.current()
        .observer(
            new OpObserver() {
              @Override
              public void begin(String name) {
                seen.add(name);
              }

              @Override
              public void end() {}

              @Override
              public void allocated(long bytes) {}
            });
    try {
      loss.backward();
      return seen;
    } finally {
      Mode.current().observer(null);
    }
  }

  private static Map<String, float[]> gradients(Module module) {
    Map<String, float[]> found = new TreeMap<>();
    module
        .namedParameters()
        .forEach((key, leaf) -> found.put(key, Objects.requireNonNull(leaf.grad()).toFloatArray()));
    return found;
  }

  private static void assertSameBits(Map<String, float[]> expected, Map<String, float[]> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((key, values) -> assertArrayEquals(values, actual.get(key), key));
  }

  /** Pieces of one buffer, as buckets are cut. */
  private static Map<String, Tensor> gather(Module module, Tensor buffer) {
    Map<String, Tensor> places = new TreeMap<>();
    long start = 16;
    for (Map.Entry<String, Parameter> each : module.namedParameters().entrySet()) {
      Shape shape = each.getValue().shape();
      Tensor place =
          Tensor.view(buffer.storage(), start, shape, Strides.contiguous(shape), buffer.dtype());
      each.getValue().accumulator().target(place);
      places.put(each.getKey(), place);
      start += (shape.numel() + 31) / 16 * 16;
    }
    return places;
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "convolution", "embedding", "lstm"})
  void gradientsAreComputedWhereTheyGather(String name) {
    try (Scope scope = Scope.open("test")) {
      Example plain = example(name);
      Example gathered = example(name);
      Tensor buffer = Tensor.full(new Spec(Shape.of(2000), DType.FLOAT32, Device.CPU), 9);
      Map<String, Tensor> places = gather(gathered.module(), buffer);
      try (Module first = plain.module();
          Module second = gathered.module()) {
        for (int step = 0; step < 2; step++) {
          first.zeroGrad();
          second.zeroGrad();
          for (int pass = 0; pass < 2; pass++) {
            plain.call().get().square().sum().backward();
            List<String> seen = backward(gathered.call().get().square().sum());
            long vectors = places.values().stream().filter(place -> place.rank() == 1).count();
            long copies = seen.stream().filter("copy_"::equals).count();
            assertTrue(copies <= vectors, seen.toString());
            assertSameBits(gradients(first), gradients(second));
          }
        }
        second.namedParameters().forEach((key, leaf) -> assertSame(places.get(key), leaf.grad()));
        float[] all = buffer.toFloatArray();
        for (int i = 0; i < 16; i++) {
          assertEquals(9, all[i]);
        }
        assertEquals(9, all[all.length - 1]);
        second.namedParameters().values().forEach(leaf -> leaf.accumulator().detachTarget());
      }
    }
  }

  @Test
  void usesThatFollowAreAdded() {
    try (Scope scope = Scope.open("test");
        Linear plain = linear();
        Linear gathered = linear()) {
      Tensor x = random(5, 4, 6);
      Tensor buffer = Tensor.zeros(new Spec(Shape.of(200), DType.FLOAT32, Device.CPU));
      gather(gathered, buffer);
      plain.call(plain.call(x)).square().sum().backward();
      backward(gathered.call(gathered.call(x)).square().sum());
      assertSameBits(gradients(plain), gradients(gathered));
      gathered.namedParameters().values().forEach(leaf -> leaf.accumulator().detachTarget());
    }
  }

  private static Linear linear() {
    Generator.use(new Generator(3));
    return new Linear(6, 6);
  }

  @Test
  void aHookMayReplaceAGradientThatIsInItsPlace() {
    try (Scope scope = Scope.open("test");
        Linear layer = linear()) {
      Tensor buffer = Tensor.zeros(new Spec(Shape.of(200), DType.FLOAT32, Device.CPU));
      Tensor place = Objects.requireNonNull(gather(layer, buffer).get("weight"));
      Parameter weight = Objects.requireNonNull(layer.namedParameters().get("weight"));
      try (HookHandle hook = weight.registerHook(gradient -> gradient.mul(0).add(4))) {
        backward(layer.call(random(5, 4, 6)).sum());
      }
      for (float each : place.toFloatArray()) {
        assertEquals(4, each);
      }
      layer.namedParameters().values().forEach(leaf -> leaf.accumulator().detachTarget());
    }
  }
}
