package ai.cresset.parallel.strategy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.LocalProcessLauncher;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.strategy.TinyTraining.Outcome;
import ai.cresset.type.DType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The parity table: strategy, accumulation and type against one process, and ZeRO against replicas
 * without tolerance, as gradients are added in the order of the ranks. The tiny model has
 * dimensions that the ranks do not divide, and fewer rows than ranks.
 */
class ParityTest {
  private static final Map<TinyTraining, List<Outcome>> DONE = new ConcurrentHashMap<>();

  private static List<Outcome> run(TinyTraining training) {
    return DONE.computeIfAbsent(
        training, each -> new ThreadLauncher(LaunchOptions.of(each.ranks())).launch(each));
  }

  @ParameterizedTest(name = "data {0}, shard {1}, ZeRO {2}, accumulation {3}, {4}")
  @CsvSource({
    "3,1,0,1,FLOAT32", "3,1,0,3,FLOAT32", "3,1,0,1,FLOAT64", "3,1,0,3,FLOAT64",
    "1,3,1,1,FLOAT32", "1,3,1,3,FLOAT32", "1,3,1,1,FLOAT64", "1,3,1,3,FLOAT64",
    "1,3,2,1,FLOAT32", "1,3,2,3,FLOAT32", "1,3,2,1,FLOAT64", "1,3,2,3,FLOAT64",
    "1,3,3,1,FLOAT32", "1,3,3,3,FLOAT32", "1,3,3,1,FLOAT64", "1,3,3,3,FLOAT64",
    "2,2,1,1,FLOAT32", "2,2,2,3,FLOAT32", "2,2,3,1,FLOAT64", "2,2,3,3,FLOAT32"
  })
  void ranksEqualOneProcess(int data, int shard, int zero, int accumulation, DType dtype) {
    TinyTraining one = TinyTraining.of(1, 1, 0).withType(dtype);
    TinyTraining many =
        TinyTraining.of(data, shard, zero)
            .withType(dtype)
            .withAccumulation(accumulation)
            .withWholeGradients(false);
    boolean exact = dtype == DType.FLOAT64;
    Outcome expected = run(one).get(0);
    List<Outcome> actual = run(many);
    assertClose("gradients", expected.gradients(), actual.get(0).gradients(), exact ? 1e-10 : 1e-5);
    assertClose("norms", expected.norms(), actual.get(0).norms(), exact ? 1e-10 : 1e-5);
    assertClose(
        "parameters", expected.parameters(), actual.get(0).parameters(), exact ? 1e-10 : 1e-6);
    for (Outcome rank : actual) {
      assertArrayEquals(actual.get(0).parameters(), rank.parameters(), "ranks differ in bits");
      assertArrayEquals(actual.get(0).norms(), rank.norms(), "ranks differ in norms");
    }
  }

  @ParameterizedTest(name = "ZeRO {0}, accumulation {1}, dropout {2}")
  @CsvSource({"1,1,0.2", "1,3,0.2", "2,1,0", "2,3,0.2", "3,1,0.2", "3,3,0.2"})
  void zeroHasTheBitsOfReplicas(int zero, int accumulation, double dropout) {
    TinyTraining replicas =
        TinyTraining.of(3, 1, 0).withAccumulation(accumulation).withDropout(dropout);
    TinyTraining sharded =
        TinyTraining.of(1, 3, zero).withAccumulation(accumulation).withDropout(dropout);
    assertSame(run(replicas), run(sharded));
    if (accumulation == 1) {
      assertSame(run(replicas), run(sharded.withWholeGradients(false)));
    }
  }

  @ParameterizedTest(name = "data {0}, shard {1}, ZeRO {2}, accumulation {3}")
  @CsvSource({"1,3,1,1", "1,3,2,3", "1,3,3,1", "1,3,3,3", "2,2,3,1"})
  void inLowerPrecisionRanksComeCloseToOneProcess(int data, int shard, int zero, int accumulation) {
    TinyTraining one = TinyTraining.of(1, 1, 1).withLower(true);
    TinyTraining many =
        TinyTraining.of(data, shard, zero).withLower(true).withAccumulation(accumulation);
    Outcome expected = run(one).get(0);
    Outcome actual = run(many).get(0);
    // A gradient of bfloat16 has 8 bits; the parameters that are kept have 24.
    assertClose("gradients", expected.gradients(), actual.gradients(), 2e-2);
    assertClose("norms", expected.norms(), actual.norms(), 2e-2);
    assertClose("parameters", expected.parameters(), actual.parameters(), 2e-2);
    if (data == 1) {
      TinyTraining first = TinyTraining.of(1, 3, 1).withLower(true).withAccumulation(accumulation);
      assertSame(run(first), run(many));
    }
  }

  @ParameterizedTest(name = "data {0}, shard {1}, ZeRO {2}, recompute {3}")
  @CsvSource({
    "2,1,0,full",
    "1,2,1,selective",
    "1,2,2,every_2",
    "1,2,3,full",
    "1,2,3,every_2",
    "1,2,3,selective"
  })
  void recomputationChangesNoBit(int data, int shard, int zero, String recompute) {
    TinyTraining kept = TinyTraining.of(data, shard, zero).withDropout(0.2);
    assertSame(run(kept), run(kept.withRecompute(recompute)));
    TinyTraining often = kept.withWholeGradients(false).withAccumulation(3);
    assertSame(run(often), run(often.withRecompute(recompute)));
  }

  @Test
  void realProcessesHaveTheBitsOfThreads() {
    TinyTraining training = TinyTraining.of(1, 2, 3).withWholeGradients(false);
    List<Outcome> processes = new LocalProcessLauncher(LaunchOptions.of(2)).launch(training);
    assertSame(run(training), processes);
  }

  private static void assertSame(List<Outcome> expected, List<Outcome> actual) {
    for (int rank = 0; rank < expected.size(); rank++) {
      assertArrayEquals(expected.get(rank).gradients(), actual.get(rank).gradients(), "gradients");
      assertArrayEquals(expected.get(rank).norms(), actual.get(rank).norms(), "norms");
      assertArrayEquals(
          expected.get(rank).parameters(), actual.get(rank).parameters(), "parameters");
    }
  }

  private static void assertClose(
      String what, double[] expected, double[] actual, double tolerance) {
    assertTrue(expected.length == actual.length && expected.length > 0, what + ": lengths differ");
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      assertTrue(Double.isFinite(actual[i]), what + ": not finite at " + i);
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    assertTrue(
        worst <= tolerance * largest, what + " differ by " + worst + " of at most " + largest);
  }
}
