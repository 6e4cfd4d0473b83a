package ai.cresset.parallel.pipeline.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Simulated steps against the closed forms of the papers, with F = I = W = 1. */
class ScheduleSimulatorTest {
  private static final double CLOSE = 1e-12;

  private static Simulation simulate(ScheduleKind kind, PipelineShape shape) {
    Costs costs = Costs.uniform(shape, 1, 1, 1);
    Simulation alone = ScheduleSimulator.run(kind.computations(shape), costs);
    Simulation complete = ScheduleSimulator.run(kind.of(shape), costs);
    assertEquals(alone, complete, "messages that take no time change nothing");
    return complete;
  }

  @ParameterizedTest(name = "{0} ranks, {1} micro-batches, {2} chunks")
  @CsvSource({
    "1,1,2", "1,4,2", "2,2,2", "2,4,2", "2,6,3", "2,8,4", "3,3,2", "3,6,2", "3,9,3", "3,12,2",
    "4,4,2", "4,8,2", "4,8,4", "4,16,2", "4,16,4", "5,10,2", "5,15,3", "6,12,2", "8,16,2", "8,32,2",
    "8,32,4"
  })
  void bubblesAreThoseOfTheClosedForms(int p, int m, int v) {
    double one = (p - 1.0) / (m + p - 1);
    PipelineShape plain = new PipelineShape(p, 1, m);
    assertEquals(one, simulate(ScheduleKind.GPIPE, plain).bubble(), CLOSE, "GPipe");
    assertEquals(
        one, simulate(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, plain).bubble(), CLOSE, "1F1B");
    PipelineShape chunks = new PipelineShape(p, v, m);
    double looped = (p - 1.0) / (v * m + p - 1);
    assertEquals(looped, simulate(ScheduleKind.GPIPE, chunks).bubble(), CLOSE, "looped");
    assertEquals(looped, simulate(ScheduleKind.INTERLEAVED, chunks).bubble(), CLOSE, "interleaved");
    for (PipelineShape shape : new PipelineShape[] {plain, chunks}) {
      // (p-1)(F+I-W) of an ideal v*m*(F+I+W), as a share of both together.
      double ofIdeal = (p - 1.0) / (3.0 * shape.chunks() * m);
      assertEquals(
          ofIdeal / (1 + ofIdeal),
          simulate(ScheduleKind.ZERO_BUBBLE, shape).bubble(),
          CLOSE,
          "zero bubble, " + shape);
    }
  }

  @ParameterizedTest(name = "{0} ranks, {1} micro-batches, {2} chunks")
  @CsvSource({"2,4,2", "3,6,2", "4,8,2", "4,16,4", "8,32,2"})
  void liveActivationsAreThoseOfTheTable(int p, int m, int v) {
    PipelineShape plain = new PipelineShape(p, 1, m);
    PipelineShape chunks = new PipelineShape(p, v, m);
    for (int rank = 0; rank < p; rank++) {
      assertEquals(m, simulate(ScheduleKind.GPIPE, plain).peakLive().get(rank));
      assertEquals(m * v, simulate(ScheduleKind.GPIPE, chunks).peakLive().get(rank));
      assertEquals(
          Math.min(m, p - rank),
          simulate(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, plain).peakLive().get(rank));
      assertEquals(
          Math.min(m * v, 2 * (p - 1 - rank) + (v - 1) * p + 1),
          simulate(ScheduleKind.INTERLEAVED, chunks).peakLive().get(rank));
      assertEquals(p, simulate(ScheduleKind.ZERO_BUBBLE, plain).peakLive().get(rank));
    }
  }

  @Test
  void everySmallShapeCanRun() {
    for (int p = 1; p <= 5; p++) {
      for (int m = 1; m <= 9; m++) {
        for (int v = 1; v <= 3; v++) {
          PipelineShape shape = new PipelineShape(p, v, m);
          for (ScheduleKind kind : ScheduleKind.values()) {
            boolean fits =
                v == 1
                    ? kind != ScheduleKind.INTERLEAVED
                    : kind != ScheduleKind.ONE_FORWARD_ONE_BACKWARD;
            if (fits) {
              assertTrue(simulate(kind, shape).makespan() >= 3.0 * v * m, kind + ", " + shape);
            }
          }
        }
      }
    }
  }

  @Test
  void messagesThatTakeTimeAreWaitedFor() {
    PipelineShape shape = new PipelineShape(2, 1, 1);
    Schedule schedule = ScheduleKind.GPIPE.of(shape);
    Costs free = Costs.uniform(shape, 1, 1, 1);
    Costs slow = new Costs(free.stages(), 0.5);
    assertEquals(6, ScheduleSimulator.run(schedule, free).makespan(), CLOSE);
    assertEquals(7, ScheduleSimulator.run(schedule, slow).makespan(), CLOSE);
  }
}
