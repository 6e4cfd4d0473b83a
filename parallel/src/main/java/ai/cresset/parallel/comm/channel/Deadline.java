package ai.cresset.parallel.comm.channel;

import java.time.Duration;

/** A point on the clock of {@link System#nanoTime}. */
public record Deadline(long atNanos, Duration allowed) {
  /** {@code allowed} from now. */
  public static Deadline after(Duration allowed) {
    return new Deadline(System.nanoTime() + allowed.toNanos(), allowed);
  }

  public long remainingNanos() {
    return atNanos - System.nanoTime();
  }

  public boolean isOver() {
    return remainingNanos() <= 0;
  }

  /** The allowed time for messages, such as {@code 5 s}. */
  public String text() {
    return text(allowed);
  }

  /** A duration for messages, such as {@code 5 s} or {@code 1.5 s}. */
  public static String text(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    return (seconds == Math.rint(seconds)
            ? Long.toString((long) seconds)
            : Double.toString(seconds))
        + " s";
  }
}
