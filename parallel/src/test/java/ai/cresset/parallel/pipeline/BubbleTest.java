package ai.cresset.parallel.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.parallel.pipeline.schedule.PipelineShape;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import ai.cresset.parallel.pipeline.schedule.ScheduleSimulator;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps of stages that sleep, by the clock: {@code tests/long.sh bubble}. */
@Tag("long")
class BubbleTest {
  /** Whatever else the machine does can only add to the time: the least of so many counts. */
  private static final int TURNS = 3;

  /** Messages take about a millisecond, which the simulator is not told. */
  private static final Duration PASS = Duration.ofMillis(200);

  private static final double TOLERANCE = 0.1;

  @ParameterizedTest(name = "{0}, {1} ranks, {2} chunks, {3} micro-batches")
  @CsvSource({
    "gpipe,2,1,4",
    "gpipe,4,1,8",
    "1f1b,2,1,4",
    "1f1b,4,1,8",
    "interleaved,2,2,4",
    "interleaved,4,2,8",
    "zero_bubble,2,1,4",
    "zero_bubble,4,1,8",
    "zero_bubble,4,2,8"
  })
  void isThatOfTheSimulator(String word, int ranks, int chunks, int microBatches) {
    ScheduleKind kind = ScheduleKind.parse(word);
    PipelineShape shape = new PipelineShape(ranks, chunks, microBatches);
    TimedPipeline pipeline = new TimedPipeline(kind, shape, PASS, 0);
    double simulated = ScheduleSimulator.run(kind.of(shape), pipeline.costs()).bubble();
    double measured = 1;
    for (int turn = 0; turn < TURNS && measured > (1 + TOLERANCE) * simulated; turn++) {
      measured = Math.min(measured, TimedPipeline.bubble(pipeline.launch()));
    }
    System.out.printf(
        "%s, %s: simulated %.4f, measured %.4f, ratio %.3f%n",
        word, shape, simulated, measured, measured / simulated);
    assertEquals(simulated, measured, TOLERANCE * simulated);
  }
}
