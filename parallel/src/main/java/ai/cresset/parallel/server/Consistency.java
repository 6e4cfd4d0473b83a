package ai.cresset.parallel.server;

import ai.cresset.error.ConfigException;
import java.io.Serializable;

/**
 * How far workers may be apart. A worker that reads in its step t sees at least all changes of all
 * workers' steps before {@code t - staleness}.
 *
 * @param staleness 0: gradients of a step are added over workers in the order of ranks and applied
 *     once, as in sequential training; above: each worker's are applied as they come, and a worker
 *     waits when it is more steps ahead of the slowest; {@link #UNBOUNDED}: nobody waits
 */
public record Consistency(long staleness) implements Serializable {
  /** No limit. */
  public static final long UNBOUNDED = Long.MAX_VALUE;

  /** As sequential training, bit for bit. */
  public static final Consistency SYNCHRONOUS = new Consistency(0);

  /** Nobody waits for anybody. */
  public static final Consistency ASYNCHRONOUS = new Consistency(UNBOUNDED);

  public Consistency {
    if (staleness < 0) {
      throw ConfigException.value("Consistency.staleness", staleness, "0 or a number above");
    }
  }

  /** At most {@code steps} ahead of the slowest worker. */
  public static Consistency bounded(long steps) {
    return new Consistency(steps);
  }

  boolean isSynchronous() {
    return staleness == 0;
  }

  /** The steps that every worker must have ended before one may read in step {@code step}. */
  long needed(long step) {
    return staleness == UNBOUNDED ? 0 : Math.max(0, step - staleness);
  }

  @Override
  public String toString() {
    return isSynchronous()
        ? "synchronous"
        : staleness == UNBOUNDED ? "asynchronous" : "at most " + staleness + " steps apart";
  }
}
