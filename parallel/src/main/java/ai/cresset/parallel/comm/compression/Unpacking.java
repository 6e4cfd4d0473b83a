package ai.cresset.parallel.comm.compression;

import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.Work;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A collective on packed values; whoever awaits it first unpacks them. */
final class Unpacking implements Work {
  private final Work packed;
  private final Storage buffer;
  private final Runnable unpack;
  private boolean over;

  /**
   * @param buffer released in the end
   * @param unpack reads the buffer
   */
  Unpacking(Work packed, Storage buffer, Runnable unpack) {
    this.packed = packed;
    this.buffer = buffer;
    this.unpack = unpack;
  }

  @Override
  public void await() {
    try {
      packed.await();
    } catch (RuntimeException e) {
      end(false);
      throw e;
    }
    end(true);
  }

  @Override
  public void await(Duration atMost) {
    try {
      packed.await(atMost);
    } catch (RuntimeException e) {
      if (packed.isDone()) {
        end(false);
      }
      throw e;
    }
    end(true);
  }

  private synchronized void end(boolean well) {
    if (over) {
      return;
    }
    over = true;
    try {
      if (well) {
        unpack.run();
      }
    } finally {
      buffer.release();
    }
  }

  @Override
  public boolean isDone() {
    return packed.isDone();
  }

  @Override
  public @Nullable RuntimeException error() {
    return packed.error();
  }
}
