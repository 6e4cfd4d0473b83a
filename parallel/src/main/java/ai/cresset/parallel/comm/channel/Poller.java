package ai.cresset.parallel.comm.channel;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Puts the calling thread to sleep until one of its channels can move bytes. One mechanism for
 * sockets and for channels inside of the JVM, so that a rank may wait for both at once.
 */
public final class Poller implements AutoCloseable {
  private final Selector selector;
  private final List<Readiness> withoutSocket = new CopyOnWriteArrayList<>();
  private volatile boolean asleep;
  private boolean closed;

  public Poller() throws IOException {
    this.selector = Selector.open();
  }

  /** A channel without a socket. */
  @FunctionalInterface
  public interface Readiness {
    /** Whether something that is wanted can be done now. */
    boolean isReady();
  }

  /** Where sockets register. */
  public Selector selector() {
    return selector;
  }

  /** Adds a channel without a socket; its peer calls {@link #signal} after each change. */
  public void add(Readiness channel) {
    withoutSocket.add(channel);
  }

  public void remove(Readiness channel) {
    withoutSocket.remove(channel);
  }

  /** Sleeps until a channel is ready, {@link #wakeup} or the time is over. */
  public void await(long nanos) throws IOException {
    // The order matters: a peer that changes a channel after the check below sees asleep.
    asleep = true;
    try {
      for (Readiness channel : withoutSocket) {
        if (channel.isReady()) {
          return;
        }
      }
      selector.select(ignored -> {}, Math.max(1, nanos / 1_000_000));
    } finally {
      asleep = false;
    }
  }

  /** Called by a peer in this JVM that has changed a channel. */
  public void signal() {
    if (asleep) {
      wakeup();
    }
  }

  /** Ends the current or the next {@link #await}. */
  public void wakeup() {
    // A closed selector must not be touched: the system may have given its descriptor away.
    synchronized (withoutSocket) {
      if (!closed) {
        selector.wakeup();
      }
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (withoutSocket) {
      closed = true;
    }
    selector.close();
  }
}
