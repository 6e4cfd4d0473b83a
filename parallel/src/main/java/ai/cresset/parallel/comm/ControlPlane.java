package ai.cresset.parallel.comm;

import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.Poller;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread and one quiet channel to each peer, beside the data: signs of life, the news of a
 * failure, and leave-taking. Data channels can thus stay plain streams without frames, and a peer
 * is known to live while it computes.
 */
final class ControlPlane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
  private static final Duration LINGER = Duration.ofSeconds(2);

  /** For the last words of the rank that failed: it may be stopped and never say any. */
  private static final Duration SILENT_LINGER = Duration.ofMillis(200);

  private static final int BEATS_PER_TIMEOUT = 5;

  private final int rank;
  private final List<ControlPeer> peers;
  private final Duration timeout;
  private final Listener listener;
  private final Poller poller;
  private final Thread thread;
  private final AtomicReference<@Nullable Failure> broadcast = new AtomicReference<>();
  private volatile boolean leaving;

  /** Hears what happens to peers, on the control thread. */
  interface Listener {
    /** A peer that failed, went away or fell silent. */
    void failed(Failure failure);

    /** A peer took leave. */
    void left(int peer);

    /** What a peer did last, told with the news of a failure; comes before that. */
    void heard(int peer, String operations);

    /** What this rank did last. */
    String lastOperations();
  }

  ControlPlane(int rank, List<ControlPeer> peers, Duration timeout, Listener listener)
      throws IOException {
    this.rank = rank;
    this.peers = peers;
    this.timeout = timeout;
    this.listener = listener;
    this.poller = new Poller();
    for (ControlPeer peer : peers) {
      peer.attach(poller);
    }
    this.thread = new Thread(this::run, "cresset-control-rank-" + rank);
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Tells all peers why this rank fails. Returns at once. */
  void broadcast(Failure failure) {
    broadcast.compareAndSet(null, failure);
    poller.wakeup();
  }

  private void run() {
    try {
      boolean told = false;
      long beatNanos = timeout.toNanos() / BEATS_PER_TIMEOUT;
      long nextBeat = System.nanoTime();
      long lastRound = nextBeat;
      @Nullable Deadline end = null;
      @Nullable Deadline silent = null;
      while (true) {
        for (ControlPeer peer : peers) {
          peer.read(listener);
        }
        Failure failure = broadcast.get();
        if (!told && (failure != null || leaving)) {
          told = true;
          end = Deadline.after(LINGER);
          silent = Deadline.after(SILENT_LINGER);
          for (ControlPeer peer : peers) {
            peer.end(failure, listener.lastOperations());
          }
        }
        long now = System.nanoTime();
        // A pause of this process is no silence of its peers.
        boolean paused = now - lastRound > 2 * beatNanos;
        lastRound = now;
        boolean beat = !told && now >= nextBeat;
        if (beat) {
          nextBeat = now + beatNanos;
        }
        boolean open = false;
        for (ControlPeer peer : peers) {
          if (beat) {
            peer.beat();
          }
          peer.write(listener);
          if (!told) {
            peer.checkSilence(now, paused, timeout, listener);
          }
          boolean dead = failure != null && failure.rank() == peer.rank();
          open |= peer.isOpen() && !(dead && silent != null && silent.isOver());
        }
        if (end != null && (!open || end.isOver())) {
          return;
        }
        long patience = end == null ? Math.max(0, nextBeat - now) : end.remainingNanos();
        poller.await(silent == null || silent.isOver() ? patience : silent.remainingNanos());
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("the control thread of rank {} failed", rank, e);
      listener.failed(Failure.of(rank, e));
    } finally {
      peers.forEach(ControlPeer::close);
    }
  }

  /** Takes leave of all peers, or ends after a failure was told; frees the channels. */
  @Override
  public void close() {
    leaving = true;
    poller.wakeup();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      poller.close();
    } catch (IOException e) {
      LOG.warn("the poller of rank {} could not be closed: {}", rank, e.toString());
    }
  }
}
