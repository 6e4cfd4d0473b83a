package ai.cresset.parallel.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import ai.cresset.parallel.strategy.ComposedRun.Outcome;
import ai.cresset.type.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The training loop in composed layouts against one process: losses, norms, samples. */
class ComposedParityTest {
  private static final Map<ComposedRun, Outcome> ALONE = new ConcurrentHashMap<>();

  private static Outcome alone(DType dtype, double dropout) {
    return ALONE.computeIfAbsent(
        ComposedRun.of(ParallelDims.SINGLE, 0).withType(dtype).with(dropout, "none"),
        run -> run.launch().get(0));
  }

  private static void assertClose(List<Double> expected, List<Double> actual, double tolerance) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), actual.get(i), tolerance * expected.get(i), "number " + i);
    }
  }

  @ParameterizedTest(
      name =
          "data {0}, shard {1}, tensor {2}, sequence {3}, pipeline {4}, ZeRO {5}, {6}, {7}"
              + " chunks, {8}, dropout {9}, {10}")
  @CsvSource({
    "2,1,1,1,2,0,zero_bubble,2,FLOAT32,0,full",
    "1,2,2,1,1,1,1f1b,1,FLOAT32,0,none",
    "1,1,1,2,1,0,1f1b,1,FLOAT64,0,none",
    "2,1,2,1,2,0,interleaved,2,FLOAT64,0,full"
  })
  void layoutsEqualOneProcess(
      int data,
      int shard,
      int tensor,
      int sequence,
      int pipeline,
      int zero,
      String schedule,
      int chunks,
      DType dtype,
      double dropout,
      String recompute) {
    ParallelDims dims = new ParallelDims(data, shard, tensor, sequence, pipeline);
    double tolerance = dtype == DType.FLOAT64 ? 1e-10 : 1e-5;
    Outcome expected = alone(dtype, dropout);
    List<Outcome> actual =
        ComposedRun.of(dims, zero)
            .withSchedule(ScheduleKind.parse(schedule), chunks)
            .withType(dtype)
            .with(dropout, recompute)
            .launch();
    for (Outcome rank : actual) {
      assertClose(expected.losses(), rank.losses(), tolerance);
      assertClose(expected.norms(), rank.norms(), tolerance);
      assertEquals(expected.used(), rank.used());
      assertTrue(
          rank.elements() < expected.elements() || tensor * pipeline == 1,
          "no rank has the whole model");
    }
  }

  @Tag("long")
  @ParameterizedTest(
      name =
          "data {0}, shard {1}, tensor {2}, sequence {3}, pipeline {4}, ZeRO {5}, {6}, {7}"
              + " chunks, {8}, dropout {9}, {10}")
  @CsvSource({
    "1,1,1,1,3,0,gpipe,1,FLOAT32,0,none",
    "1,1,1,1,2,0,interleaved,3,FLOAT64,0.2,full",
    "2,2,1,1,2,1,1f1b,1,FLOAT64,0,none",
    "1,1,2,1,1,0,1f1b,1,FLOAT64,0.2,full",
    "1,1,2,1,2,0,zero_bubble,1,FLOAT64,0.2,none",
    "1,2,2,1,2,1,1f1b,1,FLOAT32,0,none",
    "1,1,2,2,2,0,1f1b,1,FLOAT64,0.2,none"
  })
  void moreLayoutsEqualOneProcess(
      int data,
      int shard,
      int tensor,
      int sequence,
      int pipeline,
      int zero,
      String schedule,
      int chunks,
      DType dtype,
      double dropout,
      String recompute) {
    layoutsEqualOneProcess(
        data, shard, tensor, sequence, pipeline, zero, schedule, chunks, dtype, dropout, recompute);
  }

  /** What one layout stored, every other one loads; the next steps are those of the first. */
  @Test
  void aRunGoesOnInAnyLayout(@TempDir Path directory) {
    ParallelDims[] layouts = {
      new ParallelDims(1, 2, 2, 1, 2),
      new ParallelDims(4, 1, 1, 1, 1),
      new ParallelDims(1, 1, 2, 1, 1),
      new ParallelDims(1, 1, 1, 1, 4),
      new ParallelDims(2, 1, 2, 1, 2),
      ParallelDims.SINGLE
    };
    Outcome whole =
        ComposedRun.of(ParallelDims.SINGLE, 0)
            .until(2 * layouts.length, directory.resolve("whole").toString())
            .launch()
            .get(0);
    String place = directory.resolve("moved").toString();
    for (int i = 0; i < layouts.length; i++) {
      Outcome part =
          ComposedRun.of(layouts[i], layouts[i].shard() > 1 ? 1 : 0)
              .until(2 * (i + 1), place)
              .launch()
              .get(0);
      assertEquals(2L * i, part.first());
      assertClose(whole.losses().subList(2 * i, 2 * i + 2), part.losses().subList(0, 2), 1e-8);
    }
  }
}
