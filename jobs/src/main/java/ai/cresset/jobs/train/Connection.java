package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.ParallelSettings;
import ai.cresset.nn.Module;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.data.DataParallelOptions;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.sequence.AttentionKind;
import ai.cresset.parallel.sequence.SequencePlan;
import ai.cresset.parallel.strategy.ParallelOptions;
import ai.cresset.parallel.strategy.Parallelize;
import ai.cresset.parallel.tensor.TensorPlan;
import ai.cresset.train.Strategy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A worker's ties to the others, for as long as it trains.
 *
 * @param parallel how the workers divide the model and its training
 * @param group their channels; null for a worker that is alone
 */
record Connection(Parallelize parallel, @Nullable ProcessGroup group) implements AutoCloseable {
  private static final long FIRST_BUCKET_BYTES = 1 << 20;

  /**
   * Connects the workers and makes the model parallel.
   *
   * @param deferred has built the model without elements; null if it has them
   */
  static Connection open(
      WorkerContext context,
      ParallelSettings settings,
      Module model,
      @Nullable DeferredInit deferred) {
    ParallelOptions options = options(settings, context.worldSize());
    if (context.worldSize() == 1) {
      return new Connection(Parallelize.apply(model, null, options, deferred), null);
    }
    ProcessGroup group = connect(context, settings);
    try {
      return new Connection(Parallelize.apply(model, group, options, deferred), group);
    } catch (RuntimeException e) {
      group.abort(e);
      group.close();
      throw e;
    }
  }

  static ParallelOptions options(ParallelSettings settings, int workers) {
    ParallelOptions options =
        ParallelOptions.of(settings.dims(workers), settings.zero())
            .withRecompute(RecomputePlan.parse(settings.recompute()))
            .withBuckets(buckets(settings));
    if (settings.pipeline() > 1) {
      options = options.withPipeline(settings.pipelineOptions());
    }
    if (settings.tensor() > 1) {
      options =
          options.withTensorPlan(
              TensorPlan.gpt().withSequenceParallel(settings.sequenceParallel()));
    }
    if (settings.sequence() > 1) {
      options =
          options.withSequencePlan(SequencePlan.gpt(AttentionKind.parse(settings.attention())));
    }
    return options;
  }

  Strategy strategy() {
    return parallel.strategy();
  }

  static DataParallelOptions buckets(ParallelSettings settings) {
    long first = Math.min(FIRST_BUCKET_BYTES, settings.bucketBytes());
    return new DataParallelOptions(first, settings.bucketBytes());
  }

  private static ProcessGroup connect(WorkerContext context, ParallelSettings settings) {
    CommOptions options = options(settings, context.encryptChannels());
    ProcessGroup group =
        ProcessGroup.connect(context.rendezvous(), context.host(), context.secret(), options);
    context.onAbort(() -> group.abort(new InterruptedException("the launcher stops this worker")));
    return group;
  }

  static CommOptions options(ParallelSettings settings, boolean encryptedElsewhere) {
    boolean encrypt =
        switch (settings.encrypt()) {
          case ON -> true;
          case OFF -> false;
          case AUTO -> encryptedElsewhere;
        };
    return CommOptions.defaults()
        .withConnectTimeout(Duration.ofSeconds(settings.connectTimeoutSeconds()))
        .withOperationTimeout(Duration.ofSeconds(settings.operationTimeoutSeconds()))
        .withEncrypt(encrypt);
  }

  @Override
  public void close() {
    try (ProcessGroup closing = group) {
      parallel.close();
    }
  }
}
