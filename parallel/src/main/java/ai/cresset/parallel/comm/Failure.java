package ai.cresset.parallel.comm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Why a job's groups failed.
 *
 * @param rank the rank of the job that failed first
 * @param text what happened there
 * @param cause the exception, on that rank only
 */
record Failure(int rank, String text, @Nullable Throwable cause) {
  private static final int MAX_TEXT = 8_000;

  static Failure of(int rank, Throwable cause) {
    String message = cause.getMessage();
    String name = cause.getClass().getSimpleName();
    boolean ours = cause instanceof ai.cresset.error.CressetException;
    String text = message == null ? name : ours ? message : name + ": " + message;
    return new Failure(rank, text, cause);
  }

  byte[] encode() {
    String sent = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text;
    byte[] bytes = sent.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + bytes.length).putInt(rank).put(bytes).array();
  }

  static Failure decode(ByteBuffer bytes) {
    int rank = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
    return new Failure(rank, StandardCharsets.UTF_8.decode(bytes).toString(), null);
  }

  /** For messages on rank {@code here}. */
  String explain(int here) {
    return rank == here ? text : "rank " + rank + " failed first: " + text;
  }
}
