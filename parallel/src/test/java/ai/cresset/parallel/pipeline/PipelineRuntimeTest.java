package ai.cresset.parallel.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.pipeline.PipelinedGpt.Outcome;
import ai.cresset.parallel.pipeline.schedule.Costs;
import ai.cresset.parallel.pipeline.schedule.PipelineShape;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import ai.cresset.parallel.pipeline.schedule.ScheduleSimulator;
import ai.cresset.type.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every schedule against one process that adds up the same micro-batches. */
class PipelineRuntimeTest {
  @ParameterizedTest(
      name = "{1} on {0} ranks, {2} chunks, {3} micro-batches, {4}, dropout {5}, {6}")
  @CsvSource({
    "1,gpipe,1,3,FLOAT64,0,none",
    "1,zero_bubble,2,3,FLOAT64,0.2,none",
    "2,gpipe,1,4,FLOAT64,0,none",
    "2,gpipe,2,3,FLOAT32,0.2,full",
    "2,1f1b,1,5,FLOAT64,0.2,full",
    "2,interleaved,3,5,FLOAT32,0,full",
    "2,zero_bubble,2,5,FLOAT64,0.2,full",
    "4,1f1b,1,8,FLOAT64,0,none",
    "4,interleaved,2,8,FLOAT64,0,none",
    "4,zero_bubble,1,8,FLOAT64,0.2,none",
    "4,zero_bubble,2,6,FLOAT32,0,full"
  })
  void pipelinesEqualOneProcess(
      int ranks,
      String word,
      int chunks,
      int microBatches,
      DType dtype,
      double dropout,
      String recompute) {
    ScheduleKind kind = ScheduleKind.parse(word);
    PipelinedGpt training = new PipelinedGpt(kind, chunks, microBatches, dtype, dropout, recompute);
    double tolerance = dtype == DType.FLOAT64 ? 1e-10 : 1e-5;
    Outcome expected = training.alone();
    List<Outcome> actual = new ThreadLauncher(LaunchOptions.of(ranks)).launch(training);
    Map<String, double[]> all = new HashMap<>();
    for (Outcome rank : actual) {
      for (int i = 0; i < expected.losses().size(); i++) {
        double loss = expected.losses().get(i);
        assertEquals(loss, rank.losses().get(i), tolerance * loss, "loss " + i);
      }
      assertEquals(expected.draws(), rank.draws(), "random numbers");
      assertEquals(actual.get(0).losses(), rank.losses());
      assertTrue(
          ranks == 1 || rank.gradients().size() < expected.gradients().size(),
          "every rank holds a part");
      all.putAll(rank.gradients());
    }
    assertEquals(expected.gradients().keySet(), all.keySet());
    expected
        .gradients()
        .forEach(
            (name, gradient) ->
                close(name, gradient, Objects.requireNonNull(all.get(name), name), tolerance));
    assertEquals(norm(expected.gradients()), norm(all), tolerance * norm(all), "norm");
    PipelineShape shape = new PipelineShape(ranks, chunks, microBatches);
    List<Integer> simulated =
        ScheduleSimulator.run(kind.of(shape), Costs.uniform(shape, 1, 1, 1)).peakLive();
    assertEquals(simulated, actual.stream().map(Outcome::peakLive).toList());
  }

  private static double norm(Map<String, double[]> gradients) {
    double sum = 0;
    for (double[] gradient : gradients.values()) {
      for (double each : gradient) {
        sum += each * each;
      }
    }
    return Math.sqrt(sum);
  }

  private static void close(String name, double[] expected, double[] actual, double tolerance) {
    assertNotNull(actual, name);
    assertEquals(expected.length, actual.length, name);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    assertTrue(
        worst <= tolerance * largest, name + " differs by " + worst + " of at most " + largest);
  }
}
