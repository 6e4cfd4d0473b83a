package ai.cresset.parallel.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import java.io.Serializable;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A context that is four times as long as the memory of a rank allows alone. */
class LongContextTest {
  private static final int RANKS = 4;
  private static final int SHARE = 64;
  private static final int VOCABULARY = 32;
  private static final GptConfig CONFIG =
      GptConfig.of(VOCABULARY, (long) RANKS * SHARE, 2, 2, 32).withBias(true);

  /** What a step gave, and the most bytes that it used beside the model. */
  private record Step(double loss, double gradient, long peak) implements Serializable {}

  private static List<Step> run(int ranks, int length) {
    return new ThreadLauncher(LaunchOptions.of(ranks))
        .launch(
            context -> {
              Generator before = Generator.use(new Generator(1));
              try (ProcessGroup world = context.connect(CommOptions.defaults());
                  DeviceMesh mesh =
                      new DeviceMesh(ParallelDims.SINGLE.with(MeshAxis.SEQUENCE, ranks), world);
                  Gpt model = new Gpt(CONFIG);
                  SequenceParallel sequences =
                      SequenceParallel.apply(model, SequencePlan.gpt(AttentionKind.RING), mesh)) {
                step(model, sequences, length); // what the group allocates once, and gradients
                return step(model, sequences, length);
              } finally {
                Generator.use(before);
              }
            });
  }

  private static Step step(Gpt model, SequenceParallel sequences, int length) {
    Allocator allocator = Allocator.current();
    try (Scope scope = Scope.open("step")) {
      model.zeroGrad();
      long[] tokens = new Random(3).longs(length, 0, VOCABULARY).toArray();
      Tensor own = sequences.part(Tensor.of(tokens, 1, length));
      long before = allocator.statistics().liveBytes();
      allocator.resetPeak();
      Loss loss = model.loss(own, own);
      loss.sum().backward();
      long peak = allocator.statistics().peakBytes() - before;
      sequences.synchronize();
      double sum = sequences.sum(loss.sum().item())[0];
      Tensor gradient = model.transformer().blocks().get(0).parameters().get(2).grad();
      if (gradient == null) {
        throw new AssertionError("no gradient");
      }
      return new Step(sum / length, gradient.norm().item(), peak);
    }
  }

  @Test
  void equalsUnshardedAttentionInAQuarterOfItsMemory() {
    Step budget = run(1, SHARE).get(0);
    Step alone = run(1, RANKS * SHARE).get(0);
    List<Step> shared = run(RANKS, RANKS * SHARE);
    for (Step rank : shared) {
      assertEquals(alone.loss(), rank.loss(), 1e-5 * alone.loss());
      assertEquals(alone.gradient(), rank.gradient(), 1e-4 * alone.gradient());
      // Beside what a share needs alone: the buffers of the ring, and sums in float32.
      assertTrue(
          rank.peak() <= 1.25 * budget.peak(),
          "a rank used " + rank.peak() + " bytes, a share alone takes " + budget.peak());
      assertTrue(rank.peak() * 3 < alone.peak(), rank + " of " + alone);
    }
  }
}
