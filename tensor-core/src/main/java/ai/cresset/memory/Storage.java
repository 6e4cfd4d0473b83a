package ai.cresset.memory;

import ai.cresset.error.LifetimeException;
import ai.cresset.type.Device;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * A block of native memory with a reference count, shared by the tensors that view it. Born with
 * one reference; the memory is free when the last one is released.
 *
 * <p>Counting is thread-safe; the content is not guarded.
 */
public final class Storage {
  private final Device device;
  private final long address;
  private final long bytes;
  private final @Nullable ArrowBuf buffer;
  private final Consumer<Storage> onRelease;
  private final AtomicInteger references = new AtomicInteger(1);
  private long version;
  private String lastChange = "";

  Storage(
      Device device,
      long address,
      long bytes,
      @Nullable ArrowBuf buffer,
      Consumer<Storage> onRelease) {
    this.device = device;
    this.address = address;
    this.bytes = bytes;
    this.buffer = buffer;
    this.onRelease = onRelease;
  }

  /** Storage that a backend made in its own memory; {@code free} runs once, at the last release. */
  public static Storage foreign(Device device, long address, long bytes, Runnable free) {
    return new Storage(device, address, bytes, null, storage -> free.run());
  }

  /** Where the memory is; a host address only if {@code device().isHost()}. */
  public Device device() {
    return device;
  }

  /**
   * The address of the first byte.
   *
   * @throws LifetimeException after the last release
   */
  public long address() {
    if (references.get() <= 0) {
      throw LifetimeException.released(this, "its last owner");
    }
    return address;
  }

  /** Usable bytes. */
  public long bytes() {
    return bytes;
  }

  /** The Arrow buffer behind host storage. */
  public @Nullable ArrowBuf buffer() {
    return buffer;
  }

  /** Adds a reference. */
  public Storage retain() {
    if (references.getAndIncrement() <= 0) {
      references.decrementAndGet();
      throw LifetimeException.released(this, "its last owner");
    }
    return this;
  }

  /** Gives up a reference; the last one frees the memory. */
  public void release() {
    int left = references.decrementAndGet();
    if (left < 0) {
      throw LifetimeException.because(this + " was released more often than retained");
    }
    if (left == 0) {
      onRelease.accept(this);
      if (buffer != null) {
        buffer.getReferenceManager().release();
      }
    }
  }

  /** References held now. */
  public int references() {
    return references.get();
  }

  /** How often the content was changed in place; the backward pass checks it. */
  public long version() {
    return version;
  }

  /** Counts a change in place. Called by the thread that owns the tensors. */
  public void changed() {
    changed("a write outside of the operations");
  }

  /** Counts a change in place by the operation of this name. */
  public void changed(String by) {
    version++;
    lastChange = by;
  }

  /** What changed the content last; empty if nothing did. */
  public String lastChange() {
    return lastChange;
  }

  @Override
  public String toString() {
    return "storage of " + bytes + " bytes on " + device;
  }
}
