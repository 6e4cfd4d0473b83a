package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import ai.cresset.parallel.sequence.AttentionKind;
import ai.cresset.parallel.strategy.PipelineOptions;
import java.io.Serializable;

/**
 * The section {@code parallel}: how the workers divide the work, and their own channels.
 *
 * @param data how many copies of the model there are, each with samples of its own; {@code auto}
 *     for as many as the workers make
 * @param shard how many workers share the state of one copy, each with samples of its own
 * @param tensor how many workers share the weights of a layer
 * @param sequenceParallel whether workers that share the weights of a layer also share, by
 *     positions, what each of them would compute alike: norms, dropout, sums
 * @param sequence how many workers share the positions of a sequence
 * @param attention how workers that share positions attend to each other's: ring, ulysses
 * @param pipeline how many workers share the layers
 * @param zero what is cut over {@code shard}: 0 nothing, 1 the optimizer's state, 2 gradients too,
 *     3 parameters too
 * @param schedule in which order the stages of a pipeline take turns: auto, gpipe, 1f1b,
 *     interleaved, zero_bubble; auto is 1f1b, or interleaved with several chunks
 * @param chunks how many stages each worker of a pipeline has
 * @param recompute which blocks run again in backward instead of keeping what they made: none,
 *     full, every_2, ..., selective
 * @param connectTimeoutSeconds how long the workers may take to find each other
 * @param operationTimeoutSeconds how long a collective operation may wait for the slowest worker
 * @param bucketBytes how many bytes of gradients travel together
 * @param encrypt whether the channels are encrypted
 */
public record ParallelSettings(
    String data,
    int shard,
    int tensor,
    boolean sequenceParallel,
    int sequence,
    String attention,
    int pipeline,
    int zero,
    String schedule,
    int chunks,
    String recompute,
    int connectTimeoutSeconds,
    int operationTimeoutSeconds,
    int bucketBytes,
    Encrypt encrypt)
    implements Serializable {
  private static final String AUTO = "auto";

  public ParallelSettings {
    if (!data.equals(AUTO) && !data.matches("[1-9][0-9]{0,5}")) {
      throw ConfigException.value("parallel.data", data, "auto or a whole number from 1");
    }
    Check.atLeast("parallel.shard", shard, 1);
    Check.atLeast("parallel.tensor", tensor, 1);
    if (sequenceParallel && tensor == 1) {
      throw ConfigException.value(
          "parallel.sequence_parallel",
          "true",
          "false where parallel.tensor is 1, as it would change nothing; workers that share"
              + " positions alone are parallel.sequence");
    }
    Check.atLeast("parallel.sequence", sequence, 1);
    Check.atLeast("parallel.pipeline", pipeline, 1);
    if (zero < 0 || zero > 3) {
      throw ConfigException.value("parallel.zero", zero, "0, 1, 2 or 3");
    }
    if (AttentionKind.parse(attention) != AttentionKind.RING && sequence == 1) {
      throw ConfigException.value(
          "parallel.attention",
          attention,
          "ring where parallel.sequence is 1, as it would change nothing");
    }
    if (!schedule.equals(AUTO)) {
      try {
        ScheduleKind.parse(schedule);
      } catch (ConfigException e) {
        throw ConfigException.value(
            "parallel.schedule", schedule, "one of auto, " + ScheduleKind.WORDS);
      }
    }
    Check.atLeast("parallel.chunks", chunks, 1);
    if (pipeline == 1 && (chunks > 1 || !schedule.equals(AUTO))) {
      throw ConfigException.because(
          "parallel.schedule and parallel.chunks are about pipelines, and parallel.pipeline is 1;"
              + " set it to 2 or more, or parallel.schedule to auto and parallel.chunks to 1");
    }
    pipelineOptions(schedule, chunks);
    try {
      RecomputePlan.parse(recompute);
    } catch (ConfigException e) {
      throw ConfigException.value("parallel.recompute", recompute, "one of " + RecomputePlan.WORDS);
    }
    Check.atLeast("parallel.connect_timeout_seconds", connectTimeoutSeconds, 1);
    Check.atLeast("parallel.operation_timeout_seconds", operationTimeoutSeconds, 1);
    Check.atLeast("parallel.bucket_bytes", bucketBytes, 1);
  }

  private static PipelineOptions pipelineOptions(String schedule, int chunks) {
    ScheduleKind kind =
        schedule.equals(AUTO)
            ? chunks > 1 ? ScheduleKind.INTERLEAVED : ScheduleKind.ONE_FORWARD_ONE_BACKWARD
            : ScheduleKind.parse(schedule);
    return new PipelineOptions(kind, chunks, null);
  }

  /** How a pipeline runs. */
  public PipelineOptions pipelineOptions() {
    return pipelineOptions(schedule, chunks);
  }

  /** Whether workers divide the model itself, other than by ZeRO. */
  public boolean dividesModel() {
    return tensor > 1 || sequence > 1 || pipeline > 1;
  }

  /** Whether the channels are encrypted. */
  public enum Encrypt {
    /** When Spark's own are. */
    AUTO,
    /** Always. */
    ON,
    /** Never. */
    OFF
  }

  /**
   * How these workers divide the work.
   *
   * @throws ConfigException if they cannot; it names the settings to change and the values that fit
   */
  public ParallelDims dims(int workers) {
    ParallelDims one = new ParallelDims(1, shard, tensor, sequence, pipeline);
    int others = one.worldSize();
    if (data.equals(AUTO) && workers % others != 0) {
      throw ConfigException.because(
          "parallel.data is auto, but spark.workers = "
              + workers
              + " is no multiple of "
              + others
              + ", the product of the other axes; set spark.workers to "
              + Math.max(1, workers / others) * others
              + ", or parallel.shard to a divisor of "
              + workers);
    }
    int copies = data.equals(AUTO) ? workers / others : Integer.parseInt(data);
    ParallelDims dims = one.with(MeshAxis.DATA, copies);
    dims.checkWorldSize("spark.workers", workers);
    return dims;
  }
}
