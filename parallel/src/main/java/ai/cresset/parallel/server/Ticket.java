package ai.cresset.parallel.server;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.CressetException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A request under way. */
public final class Ticket<T> {
  private final CompletableFuture<T> result;

  Ticket(CompletableFuture<T> result) {
    this.result = result;
  }

  /** Whether {@link #await} returns at once. */
  public boolean isDone() {
    return result.isDone();
  }

  /**
   * Waits for the answer. Requests have deadlines of their own, so this ends.
   *
   * @throws ai.cresset.error.ServerException if a server refused; nothing was changed there
   * @throws CommunicationException if a server is lost and did not come back in time
   */
  public T await() {
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CressetException own) {
        throw own;
      }
      throw CommunicationException.because(
          "a request to a parameter server failed: " + e.getCause(),
          Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommunicationException.because("interrupted while waiting for a parameter server", e);
    }
  }
}
