package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.ParallelSettings;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.data.DataParallelOptions;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.strategy.DataParallelStrategy;
import ai.cresset.train.SingleDevice;
import ai.cresset.train.Strategy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A worker's ties to the others, for as long as it trains.
 *
 * @param strategy how the workers work together
 * @param group their channels; null for a worker that is alone
 */
record Connection(Strategy strategy, @Nullable ProcessGroup group) implements AutoCloseable {
  private static final long FIRST_BUCKET_BYTES = 1 << 20;

  static Connection open(WorkerContext context, ParallelSettings settings) {
    if (context.worldSize() == 1) {
      return new Connection(new SingleDevice(), null);
    }
    ProcessGroup group = connect(context, settings);
    return new Connection(new DataParallelStrategy(group, buckets(settings)), group);
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
      strategy.close();
    }
  }
}
