package ai.cresset.parallel.launch;

import java.io.Serializable;

/** The body of a worker. Shipped to where it runs, so it is serializable; so is its result. */
@FunctionalInterface
public interface Worker<R extends Serializable> extends Serializable {
  /** Runs until the work of this rank is done. */
  R run(WorkerContext context) throws Exception;
}
