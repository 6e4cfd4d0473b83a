package ai.cresset.parallel.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.parallel.pipeline.TimedPipeline.Outcome;
import ai.cresset.parallel.pipeline.schedule.PipelineShape;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Activations that lie on each rank at the fullest moment of a step, by bytes of the allocator. */
class LiveActivationsTest {
  private static final long BYTES = 1 << 20;

  @ParameterizedTest(name = "{0}, {1} ranks, {2} chunks, {3} micro-batches")
  @CsvSource({
    "gpipe,4,1,6",
    "gpipe,2,2,4",
    "1f1b,4,1,8",
    "1f1b,3,1,2",
    "interleaved,4,2,8",
    "interleaved,2,3,4",
    "zero_bubble,4,1,8",
    "zero_bubble,4,2,8"
  })
  void areThoseOfTheTable(String word, int ranks, int chunks, int microBatches) {
    ScheduleKind kind = ScheduleKind.parse(word);
    PipelineShape shape = new PipelineShape(ranks, chunks, microBatches);
    List<Outcome> outcomes = new TimedPipeline(kind, shape, Duration.ZERO, BYTES).launch();
    for (int rank = 0; rank < ranks; rank++) {
      int all = microBatches * chunks;
      int expected =
          switch (kind) {
            case GPIPE -> all;
            case ONE_FORWARD_ONE_BACKWARD -> Math.min(all, ranks - rank);
            case INTERLEAVED -> Math.min(all, 2 * (ranks - 1 - rank) + (chunks - 1) * ranks + 1);
            case ZERO_BUBBLE -> Math.min(all, ranks * chunks);
          };
      assertEquals(expected, outcomes.get(rank).live(), "rank " + rank + " of " + outcomes);
      assertEquals(expected, outcomes.get(rank).counted(), "rank " + rank + " of " + outcomes);
    }
  }
}
