package ai.cresset.spark.launch;

import ai.cresset.parallel.launch.WorkerContext;
import java.io.Serializable;
import java.util.Iterator;

/**
 * The body of a worker that is fed with the rows of a partition while it runs.
 *
 * @param <T> what the partition consists of
 */
@FunctionalInterface
public interface FeedWorker<T, R extends Serializable> extends Serializable {
  /** Runs until the work of this rank is done; {@code rows} is read once. */
  R run(WorkerContext context, Iterator<T> rows) throws Exception;
}
