package ai.cresset.parallel.comm.handshake;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives channels from friends and strangers. Each handshake has a thread and a deadline of its
 * own, so that a stranger who says nothing holds up nobody; when too many are in the hall, the one
 * who has waited longest is shown out.
 */
public final class Reception implements Consumer<Channel>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reception.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Supplier<Hello> self;
  private final JobSecret secret;
  private final Guests guests;
  private final int capacity;
  private final Set<Channel> pending = new LinkedHashSet<>();
  private final ExecutorService threads;

  /** Decides about guests, and takes them in. */
  public interface Guests {
    /** Says whether a dialler that knows the secret and fits is expected. */
    Verdict judge(Hello hello);

    /**
     * Takes in a channel whose handshake ended well. May keep its thread.
     *
     * @throws IOException if what was to be agreed next failed
     */
    void welcome(Hello hello, Channel channel) throws IOException;

    /** A welcomed dialler that was lost before the handshake ended. */
    void lost(Hello hello);

    /** Somebody was refused. */
    void refused(String why);
  }

  /**
   * @param self what this side is at the moment; purpose and group do not matter
   * @param capacity handshakes at once
   */
  public Reception(
      String name, Supplier<Hello> self, JobSecret secret, int capacity, Guests guests) {
    this.self = self;
    this.secret = secret;
    this.capacity = capacity;
    this.guests = guests;
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "cresset-handshake-" + name);
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void accept(Channel channel) {
    synchronized (pending) {
      if (pending.size() >= capacity) {
        Channel oldest = pending.iterator().next();
        pending.remove(oldest);
        oldest.close();
      }
      pending.add(channel);
    }
    try {
      threads.execute(() -> receive(channel));
    } catch (RejectedExecutionException e) {
      channel.close();
    }
  }

  private void receive(Channel channel) {
    Hello[] judged = new Hello[1];
    try {
      Handshake.Accepted accepted =
          Handshake.accept(
              channel,
              self.get(),
              secret,
              hello -> {
                Verdict verdict = guests.judge(hello);
                judged[0] = verdict == Verdict.WELCOME ? hello : null;
                return verdict;
              },
              Deadline.after(PATIENCE));
      leave(channel);
      guests.welcome(accepted.peer(), accepted.channel());
    } catch (IOException | CommunicationException e) {
      leave(channel);
      channel.close();
      if (judged[0] != null) {
        guests.lost(judged[0]);
      }
      LOG.warn("rank {} refused a connection: {}", self.get().rank(), e.getMessage());
      guests.refused(String.valueOf(e.getMessage()));
    }
  }

  private void leave(Channel channel) {
    synchronized (pending) {
      pending.remove(channel);
    }
  }

  @Override
  public void close() {
    synchronized (pending) {
      pending.forEach(Channel::close);
    }
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("handshakes of rank {} did not end in time", self.get().rank());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
