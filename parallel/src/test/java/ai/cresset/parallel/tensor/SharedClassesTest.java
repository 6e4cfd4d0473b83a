package ai.cresset.parallel.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.functional.Losses;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.collective.Fingerprint.Kind;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operators on what ranks share, by themselves, against the same of one process. */
@NullUnmarked
class SharedClassesTest {
  private static final int ROWS = 7;
  private static final int CLASSES = 11;

  /** What a rank does. */
  interface Body {
    void run(ProcessGroup group);
  }

  private static void ranks(int count, Body body) {
    new ThreadLauncher(LaunchOptions.of(count))
        .launch(
            context -> {
              try (ProcessGroup group = context.connect(CommOptions.defaults());
                  Scope scope = Scope.open("rank")) {
                body.run(group);
                return true;
              }
            });
  }

  private static Tensor normal(DType type, long... sizes) {
    Spec spec = new Spec(Shape.of(sizes), type, Device.CPU);
    return Creation.normal(spec, 0, 2, new Generator(3));
  }

  @ParameterizedTest(name = "{0} ranks, smoothing {1}, {2}")
  @CsvSource({"2,0,FLOAT64", "3,0.1,FLOAT64", "4,0.3,FLOAT32", "3,0,BFLOAT16"})
  void lossAndGradientEqualOneProcess(int count, double smoothing, DType type) {
    double tolerance = type == DType.FLOAT64 ? 1e-12 : type == DType.FLOAT32 ? 1e-5 : 0.05;
    ranks(
        count,
        group -> {
          Tensor whole = normal(type, ROWS, CLASSES).requiresGrad(true);
          Tensor targets = Tensor.of(new long[] {0, 10, -100, 5, 4, -100, 7}, ROWS);
          Loss expected = Losses.crossEntropy(whole, targets, null, -100, smoothing);
          expected.sum().mul(3).backward();
          ShardRange range = ShardRange.of(CLASSES, group);
          Tensor mine =
              whole
                  .detach()
                  .narrow(1, range.start(), range.end() - range.start())
                  .detachedClone()
                  .requiresGrad(true);
          group.recorder().clear();
          Loss actual =
              new VocabularyCrossEntropy(CLASSES, -100, smoothing, group).loss(mine, targets);
          actual.sum().mul(3).backward();
          assertEquals(2, group.recorder().count(Kind.ALL_REDUCE));
          assertEquals(2, group.recorder().total());
          assertEquals(expected.weight(), actual.weight());
          double sum = expected.sum().item();
          assertEquals(sum, actual.sum().item(), tolerance * Math.abs(sum));
          assertArrayEquals(
              whole.grad().narrow(1, range.start(), range.end() - range.start()).toDoubleArray(),
              mine.grad().toDoubleArray(),
              tolerance);
        });
  }

  @Test
  void aTargetThatNoRankHasIsRefusedByAll() {
    ranks(
        2,
        group -> {
          Tensor mine =
              normal(DType.FLOAT32, 1, RankTensors.length(CLASSES, 2, group.rank()))
                  .requiresGrad(true);
          Tensor targets = Tensor.of(new long[] {CLASSES}, 1);
          VocabularyCrossEntropy loss = new VocabularyCrossEntropy(CLASSES, -100, 0, group);
          RuntimeException error =
              assertThrows(
                  RuntimeException.class,
                  () -> {
                    try {
                      loss.loss(mine, targets);
                    } catch (RuntimeException e) {
                      group.abort(e); // as the end of a worker does
                      throw e;
                    }
                  });
          // The last rank looks it up; the first one hears of it.
          Class<?> expected =
              group.rank() == 1 ? ShapeException.class : CommunicationException.class;
          assertEquals(expected, error.getClass(), String.valueOf(error));
        });
  }

  @Test
  void everyOperatorAndItsConjugate() {
    ranks(
        3,
        group -> {
          int rank = group.rank();
          // Elements say where they come from, so each answer is arithmetic.
          Tensor part = Tensor.full(spec(2, 1), rank + 1).requiresGrad(true);
          check(
              rank,
              ConjugateFunction.copy(part, group),
              part,
              new double[] {rank + 1, rank + 1},
              6);
          check(rank, ConjugateFunction.reduce(part, group), part, new double[] {6, 6}, rank + 1);
          check(
              rank,
              ConjugateFunction.gather(part, 1, 3, group),
              part,
              new double[] {1, 2, 3, 1, 2, 3},
              rank + 1);
          check(
              rank,
              ConjugateFunction.gatherForShares(part, 1, group),
              part,
              new double[] {1, 2, 3, 1, 2, 3},
              6);
          Tensor whole = Tensor.of(new double[] {1, 2, 3}, 3, 1).requiresGrad(true);
          check(
              rank,
              ConjugateFunction.reduceScatter(whole, 0, group),
              whole,
              new double[] {3 * (rank + 1)},
              new double[] {1, 2, 3});
          check(
              rank,
              ConjugateFunction.scatter(whole, 0, group),
              whole,
              new double[] {rank + 1},
              new double[] {1, 2, 3});
        });
  }

  private static Spec spec(long... sizes) {
    return new Spec(Shape.of(sizes), DType.FLOAT64, Device.CPU);
  }

  /** Back-propagates rank + 1 for every element of the output. */
  private static void check(
      int rank, Tensor output, Tensor input, double[] expected, double gradient) {
    double[] all = new double[(int) input.numel()];
    Arrays.fill(all, gradient);
    check(rank, output, input, expected, all);
  }

  private static void check(
      int rank, Tensor output, Tensor input, double[] expected, double[] gradient) {
    assertArrayEquals(expected, output.toDoubleArray());
    input.zeroGrad();
    output.backward(Tensor.full(output.spec(), rank + 1));
    assertArrayEquals(gradient, input.grad().toDoubleArray());
  }

  @Test
  void partsOfDifferentSizesAreGathered() {
    ranks(
        3,
        group -> {
          long length = RankTensors.length(5, 3, group.rank());
          Tensor part = Tensor.full(spec(2, length), group.rank());
          Tensor all = ConjugateFunction.gather(part, 1, 5, group);
          assertArrayEquals(new double[] {0, 0, 1, 1, 2, 0, 0, 1, 1, 2}, all.toDoubleArray());
          assertEquals(List.of(2L, 5L), List.of(all.size(0), all.size(1)));
        });
  }
}
