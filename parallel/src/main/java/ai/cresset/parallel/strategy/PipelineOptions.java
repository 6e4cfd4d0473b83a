package ai.cresset.parallel.strategy;

import ai.cresset.error.ConfigException;
import ai.cresset.parallel.pipeline.PipelineSplit;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline runs.
 *
 * @param schedule in which order
 * @param chunks stages of each rank
 * @param split which pieces of the model make up each stage; null for stages of equal estimated
 *     cost
 */
public record PipelineOptions(ScheduleKind schedule, int chunks, @Nullable PipelineSplit split) {
  /** One forward, one backward; one stage on each rank. */
  public static final PipelineOptions DEFAULT =
      new PipelineOptions(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, 1, null);

  public PipelineOptions {
    if (chunks < 1) {
      throw ConfigException.value("parallel.chunks", chunks, "at least 1");
    }
    schedule.checkChunks(chunks);
  }

  public PipelineOptions withSplit(@Nullable PipelineSplit chosen) {
    return new PipelineOptions(schedule, chunks, chosen);
  }
}
