package ai.cresset.parallel.server;

import ai.cresset.checkpoint.CheckpointStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where the servers of a run that have processes of their own say where they are, and are told that
 * they may end: small files beside the snapshots. What a file says is not trusted: who answers
 * there must know the job's secret.
 */
public final class ServerDirectory {
  private static final String ADDRESS = "at-";
  private static final String ATTEMPT = "attempt-";
  private static final String UNFINISHED = "unfinished-";
  private static final String ENDED = "ended";

  private final CheckpointStore store;
  private final String place;

  /**
   * The directory of a run.
   *
   * @param run a name that no other run has
   */
  public ServerDirectory(CheckpointStore store, String run) {
    this.store = store;
    this.place = "run-" + run;
  }

  private String of(int server) {
    return String.format(Locale.ROOT, "%s/server-%05d", place, server);
  }

  private static String numbered(String kind, int number) {
    return String.format(Locale.ROOT, "%s%06d", kind, number);
  }

  /** The highest number among the files of a kind; -1 for none. */
  private int newest(int server, String kind) {
    try {
      return store.list(of(server)).stream()
          .filter(each -> each.startsWith(kind))
          .mapToInt(each -> Integer.parseInt(each.substring(kind.length())))
          .max()
          .orElse(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this server was there before: then who publishes now is its successor. */
  boolean knows(int server) {
    return newest(server, ADDRESS) >= 0;
  }

  /** Says where a server is now. */
  void publish(int server, String address) throws IOException {
    int number = newest(server, ADDRESS) + 1;
    String unfinished = of(server) + "/" + numbered(UNFINISHED, number);
    store.delete(unfinished);
    store.write(
        unfinished, to -> to.write(ByteBuffer.wrap(address.getBytes(StandardCharsets.UTF_8))));
    store.rename(unfinished, of(server) + "/" + numbered(ADDRESS, number));
  }

  /**
   * Where a server is now; "" while it has not said so.
   *
   * @throws UncheckedIOException if the store cannot be read at the moment
   */
  public String address(int server) {
    int number = newest(server, ADDRESS);
    if (number < 0) {
      return "";
    }
    try (SeekableByteChannel from = store.read(of(server) + "/" + numbered(ADDRESS, number))) {
      ByteBuffer bytes = ByteBuffer.allocate((int) from.size());
      while (bytes.hasRemaining() && from.read(bytes) >= 0) {
        // until all is there
      }
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest attempt of the workers that a server has heard of. */
  int attempt(int server) {
    return Math.max(0, newest(server, ATTEMPT));
  }

  /** A server has heard of a newer attempt. */
  void attempt(int server, int attempt) throws IOException {
    store.claim(of(server) + "/" + numbered(ATTEMPT, attempt));
  }

  /** Tells all servers that nobody needs them any more. */
  public void end() throws IOException {
    store.claim(place + "/" + ENDED);
  }

  /** Whether nobody needs the servers any more. */
  public boolean isEnded() throws IOException {
    return store.list(place).contains(ENDED);
  }

  /** Removes all that was said. */
  public void delete() throws IOException {
    store.delete(place);
  }
}
