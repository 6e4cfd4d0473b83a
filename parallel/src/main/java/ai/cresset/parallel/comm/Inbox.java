package ai.cresset.parallel.comm;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.handshake.Hello;
import ai.cresset.parallel.comm.handshake.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Channels that proved themselves and wait to be claimed. */
final class Inbox implements AutoCloseable {
  private static final int REMEMBERED_REFUSALS = 5;

  private final int rank;
  private final int worldSize;
  private final int stripes;
  private final Map<Key, Channel> waiting = new HashMap<>();
  private final Set<Key> known = new HashSet<>();
  private final Deque<String> refusals = new ArrayDeque<>();
  private boolean closed;

  /**
   * @param stripes connections of one peer for one group
   */
  Inbox(int rank, int worldSize, int stripes) {
    this.rank = rank;
    this.worldSize = worldSize;
    this.stripes = stripes;
  }

  private record Key(Hello.Purpose purpose, String group, int peer, int stripe) {
    static Key of(Hello hello) {
      return new Key(hello.purpose(), hello.group(), hello.rank(), hello.stripe());
    }
  }

  /**
   * Whether a peer that fits is expected: a higher rank, once for each purpose, group and stripe.
   */
  synchronized Verdict judge(Hello hello) {
    if (closed) {
      return Verdict.CLOSED;
    }
    boolean fits =
        hello.rank() > rank
            && hello.rank() < worldSize
            && hello.stripe() < stripes
            && hello.purpose() != Hello.Purpose.STORE
            && known.add(Key.of(hello));
    return fits ? Verdict.WELCOME : Verdict.UNKNOWN_PEER;
  }

  /** A judged peer whose handshake ended well. */
  synchronized void put(Hello hello, Channel channel) {
    if (closed) {
      channel.close();
    } else {
      waiting.put(Key.of(hello), channel);
      notifyAll();
    }
  }

  /** A judged peer whose handshake did not end: it may come again. */
  synchronized void forget(Hello hello) {
    known.remove(Key.of(hello));
  }

  synchronized void refused(String why) {
    if (refusals.size() == REMEMBERED_REFUSALS) {
      refusals.removeFirst();
    }
    refusals.addLast(why);
  }

  /** Who was refused so far, for messages; empty if nobody was. */
  synchronized String refusals() {
    return refusals.isEmpty() ? "" : "; refused meanwhile: " + String.join("; ", refusals);
  }

  /** Waits for a channel; null when the time is over. */
  synchronized @Nullable Channel claim(
      Hello.Purpose purpose, String group, int peer, int stripe, Deadline deadline, Runnable check)
      throws InterruptedException {
    Key key = new Key(purpose, group, peer, stripe);
    while (!waiting.containsKey(key)) {
      check.run();
      long millis = deadline.remainingNanos() / 1_000_000;
      if (millis <= 0) {
        return null;
      }
      wait(millis);
    }
    return waiting.remove(key);
  }

  /** Waits for {@code time}, or until {@code check} throws. */
  synchronized void pause(Duration time, Runnable check) throws InterruptedException {
    Deadline over = Deadline.after(time);
    while (!over.isOver()) {
      check.run();
      wait(Math.max(1, over.remainingNanos() / 1_000_000));
    }
  }

  /** Makes those who wait check again. */
  synchronized void wake() {
    notifyAll();
  }

  @Override
  public synchronized void close() {
    closed = true;
    waiting.values().forEach(Channel::close);
    waiting.clear();
    notifyAll();
  }
}
