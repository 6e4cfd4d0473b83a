package ai.cresset.parallel.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.sequence.DividedTraining.Outcome;
import ai.cresset.type.DType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Loss, every gradient, the gradients' norm and the parameters after three steps, against one
 * process. Ranks are threads, each with an allocator that must be empty at the end.
 */
class DividedParityTest {
  private static final Map<DividedTraining, List<Outcome>> DONE = new ConcurrentHashMap<>();

  private static List<Outcome> run(DividedTraining training) {
    return DONE.computeIfAbsent(
        training, each -> new ThreadLauncher(LaunchOptions.of(each.ranks())).launch(each));
  }

  @ParameterizedTest(name = "tensor {0}, divided activations {1}, accumulation {2}, {3}, tied {4}")
  @CsvSource({
    "2,false,1,FLOAT32,true",
    "4,false,1,FLOAT64,true",
    "2,false,2,FLOAT64,false",
    "2,true,1,FLOAT64,true",
    "4,true,2,FLOAT32,false"
  })
  void sharedLayersEqualOneProcess(
      int tensor, boolean sequenceParallel, int accumulation, DType dtype, boolean tied) {
    compare(
        DividedTraining.of(tensor, 1)
            .withSequenceParallel(sequenceParallel)
            .withAccumulation(accumulation)
            .withType(dtype)
            .withTied(tied));
  }

  @ParameterizedTest(name = "{0} over {1}, accumulation {2}, {3}")
  @CsvSource({"RING,2,2,FLOAT32", "RING,4,1,FLOAT64", "ULYSSES,2,2,FLOAT32", "ULYSSES,4,1,FLOAT64"})
  void sharedSequencesEqualOneProcess(
      AttentionKind attention, int ranks, int accumulation, DType dtype) {
    compare(
        DividedTraining.of(1, ranks)
            .withAttention(attention)
            .withAccumulation(accumulation)
            .withType(dtype));
  }

  @ParameterizedTest(name = "tensor {0} x {1} over {2}, divided activations {3}, {4}")
  @CsvSource({"2,RING,2,false,FLOAT64", "2,RING,2,true,FLOAT32", "2,ULYSSES,2,true,FLOAT64"})
  void bothEqualOneProcess(
      int tensor, AttentionKind attention, int ranks, boolean sequenceParallel, DType dtype) {
    compare(
        DividedTraining.of(tensor, ranks)
            .withAttention(attention)
            .withSequenceParallel(sequenceParallel)
            .withType(dtype));
  }

  @ParameterizedTest(name = "tensor {0}, divided activations {1}, {2} over {3}, {4}")
  @CsvSource({
    "2,false,RING,1,1",
    "2,true,RING,1,2",
    "1,false,ULYSSES,2,1",
    "2,true,ULYSSES,2,1",
    "1,false,RING,4,1",
    "2,true,RING,2,2"
  })
  void dropoutDecidesAsInOneProcess(
      int tensor,
      boolean sequenceParallel,
      AttentionKind attention,
      int sequence,
      int accumulation) {
    compare(
        DividedTraining.of(tensor, sequence)
            .withAttention(attention)
            .withSequenceParallel(sequenceParallel)
            .withAccumulation(accumulation)
            .withType(DType.FLOAT64)
            .withDropout(0.2));
  }

  @ParameterizedTest(name = "tensor {0} x {1} over {2}, {3}, dropout {4}")
  @CsvSource({"2,RING,2,full,0.2", "2,ULYSSES,2,selective,0.2", "1,RING,2,every_2,0"})
  void recomputationChangesNoBit(
      int tensor, AttentionKind attention, int sequence, String recompute, double dropout) {
    DividedTraining kept =
        DividedTraining.of(tensor, sequence)
            .withAttention(attention)
            .withSequenceParallel(tensor > 1)
            .withDropout(dropout);
    Outcome expected = run(kept).get(0);
    Outcome actual = run(kept.withRecompute(recompute)).get(0);
    assertArrayEquals(expected.losses(), actual.losses());
    assertArrayEquals(expected.norms(), actual.norms());
    expected
        .parameters()
        .forEach((name, values) -> assertArrayEquals(values, actual.parameters().get(name), name));
  }

  private static void compare(DividedTraining many) {
    Outcome expected = run(many.alone()).get(0);
    List<Outcome> actual = run(many);
    double tolerance = many.dtype() == DType.FLOAT64 ? 1e-10 : 1e-5;
    assertClose("losses", expected.losses(), actual.get(0).losses(), tolerance);
    assertClose("norms", expected.norms(), actual.get(0).norms(), tolerance);
    assertEquals(expected.gradients().keySet(), actual.get(0).gradients().keySet());
    double largest = 0;
    for (double[] values : expected.gradients().values()) {
      largest = Math.max(largest, largest(values));
    }
    for (String name : expected.gradients().keySet()) {
      double[] gradient = Objects.requireNonNull(expected.gradients().get(name), name);
      double[] other = Objects.requireNonNull(actual.get(0).gradients().get(name), name);
      // A gradient that is 0 but for rounding, such as a key's bias, is compared with the largest.
      double size = Math.max(largest(gradient), 1e-3 * largest);
      assertClose("gradient of " + name, gradient, other, tolerance, size);
      assertClose(
          name,
          Objects.requireNonNull(expected.parameters().get(name)),
          Objects.requireNonNull(actual.get(0).parameters().get(name)),
          tolerance);
    }
    for (Outcome rank : actual) {
      assertArrayEquals(actual.get(0).losses(), rank.losses(), "ranks differ in losses");
      assertArrayEquals(actual.get(0).norms(), rank.norms(), "ranks differ in norms");
    }
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static void assertClose(
      String what, double[] expected, double[] actual, double tolerance) {
    assertClose(what, expected, actual, tolerance, largest(expected));
  }

  private static void assertClose(
      String what, double[] expected, double[] actual, double tolerance, double size) {
    assertEquals(expected.length, actual.length, what);
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      assertTrue(Double.isFinite(actual[i]), what + " is not finite at " + i);
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    assertTrue(worst <= tolerance * size, what + " differs by " + worst + " of at most " + size);
  }
}
