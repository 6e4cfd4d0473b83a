package ai.cresset.parallel.comm;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.collective.Exchange;
import ai.cresset.parallel.comm.collective.Fingerprint;
import ai.cresset.parallel.comm.collective.PeerLostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One operation from its submission to its end. Retains the storage of its slices. */
final class Operation implements Work {
  private static final Duration NEWS = Duration.ofMillis(500);

  private final Fingerprint template;
  private final List<Slice> slices;
  private final Body body;
  private final long submittedNanos = System.nanoTime();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile long sequence = -1;
  private volatile @Nullable RuntimeException error;

  /** What moves the bytes. */
  @FunctionalInterface
  interface Body {
    void run(Exchange exchange) throws PeerLostException;
  }

  /**
   * @param template the fingerprint, but for its sequence number
   */
  Operation(Fingerprint template, List<Slice> slices, Body body) {
    this.template = template;
    this.slices = slices;
    this.body = body;
    slices.forEach(slice -> slice.storage().retain());
  }

  /** Whether it is a step of the whole group; messages between two ranks are not. */
  boolean isCollective() {
    return template.kind() != Fingerprint.Kind.MESSAGE;
  }

  void number(long next) {
    sequence = next;
  }

  Fingerprint fingerprint() {
    return template.withSequence(sequence);
  }

  long bytes() {
    return slices.isEmpty() ? 0 : slices.get(0).bytes();
  }

  long submittedNanos() {
    return submittedNanos;
  }

  void run(Exchange exchange) throws PeerLostException {
    body.run(exchange);
  }

  void end(@Nullable RuntimeException failure) {
    error = failure;
    slices.forEach(slice -> slice.storage().release());
    ended.countDown();
  }

  @Override
  public void await() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      throwUnlessEnded();
    }
    raise();
  }

  @Override
  public void await(Duration atMost) {
    try {
      if (!ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        throw CommunicationException.because(
            fingerprint() + " has not ended after " + Deadline.text(atMost) + "; it goes on");
      }
    } catch (InterruptedException e) {
      throwUnlessEnded();
    }
    raise();
  }

  private void raise() {
    RuntimeException failure = error;
    if (failure != null) {
      // A new one for each caller: its stack trace shows who waited.
      throw CommunicationException.because(String.valueOf(failure.getMessage()), failure);
    }
  }

  /**
   * A launcher interrupts the survivors of a lost peer, sometimes before they hear of it: what the
   * operation ends with a moment later says more than that its caller was interrupted.
   */
  private void throwUnlessEnded() {
    try {
      if (!ended.await(NEWS.toMillis(), TimeUnit.MILLISECONDS)) {
        throw CommunicationException.because("interrupted while waiting for " + fingerprint());
      }
    } catch (InterruptedException e) {
      throw CommunicationException.because("interrupted while waiting for " + fingerprint(), e);
    } finally {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isDone() {
    return ended.getCount() == 0;
  }

  @Override
  public @Nullable RuntimeException error() {
    return error;
  }
}
