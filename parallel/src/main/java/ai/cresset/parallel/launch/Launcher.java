package ai.cresset.parallel.launch;

import java.io.Serializable;
import java.util.List;

/**
 * Starts the workers of a job together, starts all of them again after a failure, collects results.
 */
public interface Launcher {
  /**
   * Runs {@code worker} on every rank at once and waits.
   *
   * @return the results in order of rank
   * @throws ai.cresset.error.CressetException with the root cause, after the last attempt failed
   */
  <R extends Serializable> List<R> launch(Worker<R> worker);
}
