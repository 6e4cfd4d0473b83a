package ai.cresset.parallel.comm.collective;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to or from one peer, buffer by buffer. Begins with the fingerprint of the operation.
 *
 * <p>An {@link Exchange} moves {@link #buffer} until it is full or empty, then calls {@link
 * #advance}.
 */
abstract class Flow {
  private final int peer;

  Flow(int peer) {
    this.peer = peer;
  }

  final int peer() {
    return peer;
  }

  /** What to move now; null if that depends on another flow that has not come so far. */
  abstract @Nullable ByteBuffer buffer();

  /** Called after each read into {@link #buffer}; {@code rank} is the reading rank. */
  void received(ByteBuffer buffer, int rank) {}

  /** Called when {@link #buffer} has no bytes remaining. */
  abstract void advance();

  /** Whether everything was moved. */
  abstract boolean isDone();
}
