package ai.cresset.parallel.zero;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.optim.Adam;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.CommRecorder;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import java.io.Serializable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bytes of a rank, counted by its allocator, and on the wire, against the formulas: with {@code P}
 * float32 parameters over {@code N} ranks and Adam, {@code 4P} for parameters, {@code 4P} for
 * gradients and {@code 8P} for moments, each divided by {@code N} from its stage on.
 */
@NullUnmarked
class ZeroMemoryTest {
  private static final int RANKS = 4;
  private static final int LAYERS = 12;
  private static final int WIDTH = 64;

  /** Activations of a batch of two tokens, small tensors, rounding of sizes. */
  private static final long SLACK = 96 << 10;

  /** What a rank saw, in bytes. */
  private record Seen(long whole, long block, long rest, long idle, long peak, long sent)
      implements Serializable {}

  @ParameterizedTest(name = "stage {0}, prefetch {1}")
  @CsvSource({"1,true", "2,true", "3,true", "3,false"})
  void bytesFollowTheFormulas(int stage, boolean prefetch) {
    Seen seen =
        new ThreadLauncher(LaunchOptions.of(RANKS))
            .launch(
                context -> {
                  try (ProcessGroup world =
                          context.connect(CommOptions.defaults().withRecordedOperations(4096));
                      DeviceMesh mesh = new DeviceMesh(ParallelDims.of(1, RANKS), world)) {
                    ZeroOptions options =
                        ZeroOptions.of(ZeroStage.of(stage)).withPrefetch(prefetch);
                    try (Gpt first = new Gpt(GptConfig.of(16, 4, LAYERS, 2, WIDTH))) {
                      run(0, first, mesh, options);
                    }
                    // What is left is the group's own: segments that it keeps for its operations.
                    long before = Allocator.current().statistics().liveBytes();
                    try (Gpt model = new Gpt(GptConfig.of(16, 4, LAYERS, 2, WIDTH))) {
                      return run(before, model, mesh, options);
                    }
                  }
                })
            .get(0);
    long part = seen.whole() / RANKS;
    long parameters = stage == 3 ? part : seen.whole();
    long gradients = part; // what the optimizer sees is a part in every stage
    assertClose("between steps", parameters + gradients + 2 * part, seen.idle());
    long wholeGradients = stage == 1 ? seen.whole() : 0;
    // Gathered: the one that runs, the one that comes, the model's own. Gradients: whole, and sent.
    long gathered = stage == 3 ? (prefetch ? 2 : 1) * seen.block() + seen.rest() : 0;
    long travelling = 3 * seen.block() + 2 * seen.rest();
    long bound = parameters + gradients + 2 * part + wholeGradients + gathered + travelling;
    assertTrue(
        seen.peak() <= bound + SLACK, "peak " + seen.peak() + ", formula " + bound + ", " + seen);
    if (stage == 3) {
      long state = 4 * part;
      assertTrue(
          seen.peak() - state < seen.whole() / 2,
          "beside its own parts a rank held nearly the whole model: " + seen);
      assertTrue(
          seen.sent() <= 2 * Math.max(seen.block(), seen.rest()),
          "one message brought more than a unit: " + seen);
    }
  }

  private static Seen run(long before, Gpt model, DeviceMesh mesh, ZeroOptions options) {
    long whole = 4 * model.numParameters();
    long block = 4 * model.transformer().namedChildren().get("h").numParameters() / LAYERS;
    Allocator allocator = Allocator.current();
    try (ShardedModel sharded = new ShardedModel(model, mesh, options);
        Optimizer optimizer = new Adam(sharded.parameters(), 0.001)) {
      sharded.attach(optimizer);
      step(model, sharded, optimizer);
      CommRecorder recorder = mesh.world().recorder();
      recorder.clear();
      allocator.resetPeak();
      step(model, sharded, optimizer);
      long idle = allocator.statistics().liveBytes() - before;
      long peak = allocator.statistics().peakBytes() - before;
      long sent = recorder.entries().stream().mapToLong(CommRecorder.Entry::bytes).max().orElse(0);
      assertEquals(recorder.entries().size(), recorder.total(), "the recorder forgot operations");
      return new Seen(whole, block, whole - LAYERS * block, idle, peak, sent);
    }
  }

  private static void step(Gpt model, ShardedModel sharded, Optimizer optimizer) {
    try (Scope scope = Scope.open("step")) {
      sharded.beginStep();
      Tensor tokens = Tensor.of(new long[] {1, 2}, 1, 2);
      Loss loss = model.loss(tokens, tokens);
      sharded.backward(loss.sum(), true);
      sharded.finishStep(loss.sum().item(), loss.weight());
      optimizer.step();
    }
  }

  private static void assertClose(String what, long expected, long actual) {
    assertTrue(
        actual >= expected && actual <= expected + SLACK,
        what + ": expected " + expected + " bytes, got " + actual);
  }
}
