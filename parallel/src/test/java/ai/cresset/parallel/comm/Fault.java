package ai.cresset.parallel.comm;

import ai.cresset.parallel.comm.collective.Fingerprint.Kind;
import java.io.Serializable;

/**
 * What goes wrong, and when: as soon as {@code rank} has sent the head of the {@code occurrence}-th
 * operation of its kind, from 0. Small messages have no more than a head: there it happens before.
 */
public record Fault(Action action, int rank, Kind kind, int occurrence, long delayMillis)
    implements Serializable {
  /** Ways to go wrong. */
  public enum Action {
    /** SIGKILL to the own process. */
    KILL,
    /** SIGSTOP to the own process. */
    STOP,
    /** An exception inside of the operation. */
    FAIL,
    /** The rest of the message comes late. */
    DELAY,
    /** The rest of the message, and all that follows it to this peer, is lost. */
    DROP,
    /** One bit of the next bytes is turned, those of the head of small messages included. */
    CORRUPT
  }

  public static Fault of(Action action, int rank, Kind kind, int occurrence) {
    return new Fault(action, rank, kind, occurrence, 0);
  }

  public static Fault delay(int rank, Kind kind, int occurrence, long millis) {
    return new Fault(Action.DELAY, rank, kind, occurrence, millis);
  }
}
