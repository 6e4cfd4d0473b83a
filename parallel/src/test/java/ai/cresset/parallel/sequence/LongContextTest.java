package ai.cresset.parallel.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.LaunchException;
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
  private static final int SHARE = 128;
  private static final int VOCABULARY = 32;
  private static final GptConfig CONFIG =
      GptConfig.of(VOCABULARY, (long) RANKS * SHARE, 2, 2, 32).withBias(true);

  /**
   * What a step gave.
   *
   * @param peak the most bytes that the rank held: model, gradients, activations, channels
   */
  private record Step(double loss, double gradient, long peak) implements Serializable {}

  /** Two steps of ranks that get so much memory and no byte more. */
  private static List<Step> run(int ranks, int length, long budget) {
    return new ThreadLauncher(LaunchOptions.of(ranks))
        .launch(
            context -> {
              Generator before = Generator.use(new Generator(1));
              try (Allocator limited = Allocator.create("budget of a rank", budget);
                  Allocator.Binding bound = limited.bind();
                  ProcessGroup world = context.connect(CommOptions.defaults());
                  DeviceMesh mesh =
                      new DeviceMesh(ParallelDims.SINGLE.with(MeshAxis.SEQUENCE, ranks), world);
                  Gpt model = new Gpt(CONFIG);
                  SequenceParallel sequences =
                      SequenceParallel.apply(model, SequencePlan.gpt(AttentionKind.RING), mesh)) {
                step(model, sequences, length);
                return step(model, sequences, length);
              } finally {
                Generator.use(before);
              }
            });
  }

  private static Step step(Gpt model, SequenceParallel sequences, int length) {
    try (Scope scope = Scope.open("step")) {
      model.zeroGrad();
      long[] tokens = new Random(3).longs(length, 0, VOCABULARY).toArray();
      Tensor own = sequences.part(Tensor.of(tokens, 1, length));
      Loss loss = model.loss(own, own);
      loss.sum().backward();
      sequences.synchronize();
      double sum = sequences.sum(loss.sum().item())[0];
      Tensor gradient = model.transformer().blocks().get(0).parameters().get(2).grad();
      if (gradient == null) {
        throw new AssertionError("no gradient");
      }
      long peak = Allocator.current().statistics().peakBytes();
      return new Step(sum / length, gradient.norm().item(), peak);
    }
  }

  @Test
  void equalsUnshardedAttentionInTheMemoryOfAQuarter() {
    Step quarter = run(1, SHARE, Long.MAX_VALUE).get(0);
    Step alone = run(1, RANKS * SHARE, Long.MAX_VALUE).get(0);
    // What a quarter needs alone; beside it the buffers of the ring, and sums in float32.
    long budget = quarter.peak() + quarter.peak() / 4;
    System.out.printf(
        "%d positions: one rank %d bytes; a quarter of them %d; budget of a rank %d%n",
        RANKS * SHARE, alone.peak(), quarter.peak(), budget);
    LaunchException error =
        assertThrows(LaunchException.class, () -> run(1, RANKS * SHARE, budget));
    assertTrue(String.valueOf(error.getMessage()).contains("memory"), error.getMessage());
    for (Step rank : run(RANKS, RANKS * SHARE, budget)) {
      System.out.printf("a rank of %d: %d bytes%n", RANKS, rank.peak());
      assertEquals(alone.loss(), rank.loss(), 1e-5 * alone.loss());
      assertEquals(alone.gradient(), rank.gradient(), 1e-4 * alone.gradient());
      assertTrue(rank.peak() <= budget, rank + " of " + budget);
    }
  }
}
