package ai.cresset.parallel.comm.shm;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Bytes from one process to another, one writer and one reader, without locks. Each position has a
 * cache line of its own; each side remembers what it saw last of the other's.
 *
 * <p>Either side may sleep: it leaves a flag and looks once more. The other side looks at the flag
 * after each change; between its change and its look, as between flag and look here, stands a full
 * fence, so at least one of the two sees the other.
 */
final class ByteRing {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final int TAKEN = 64;
  private static final int READER_SLEEPS = 128;
  private static final int WRITER_SLEEPS = 192;
  private static final int FINISHED = 256;

  /** Published at once, so that the reader can begin while the writer goes on. */
  private static final int BLOCK = 1 << 16;

  private final ByteBuffer memory;
  private final int header;
  private final int data;
  private final int capacity;
  private long written;
  private long taken;

  /**
   * @param header where positions and flags are: 320 bytes
   * @param data where the bytes are
   */
  ByteRing(ByteBuffer memory, int header, int data, int capacity) {
    this.memory = memory;
    this.header = header;
    this.data = data;
    this.capacity = capacity;
  }

  // The writer.

  /** Takes what there is room for; bytes taken. */
  int write(ByteBuffer source) throws IOException {
    int total = 0;
    while (source.hasRemaining()) {
      int room = room(Math.min(BLOCK, source.remaining()));
      if (room == 0) {
        return total;
      }
      int at = (int) (written % capacity);
      int count = Math.min(Math.min(source.remaining(), room), Math.min(BLOCK, capacity - at));
      memory.put(data + at, source, source.position(), count);
      source.position(source.position() + count);
      written += count;
      total += count;
      LONG.setRelease(memory, header, written);
    }
    return total;
  }

  /** Free bytes; looks at the reader's position only when fewer than {@code wished} are known. */
  private int room(int wished) throws IOException {
    if (capacity - (written - taken) < wished) {
      taken = checked(written, (long) LONG.getAcquire(memory, header + TAKEN));
    }
    return (int) (capacity - (written - taken));
  }

  /** Whether it is worth to wake a writer: a quarter is free. */
  boolean hasRoom() throws IOException {
    return room(capacity / 4) >= capacity / 4;
  }

  /** The writer goes to sleep, or is awake again. */
  void writerSleeps(boolean sleeps) {
    INT.setVolatile(memory, header + WRITER_SLEEPS, sleeps ? 1 : 0);
  }

  /** Whether the reader slept and must be woken, now that bytes were written; says so once. */
  boolean mustWakeReader() {
    return claim(header + READER_SLEEPS);
  }

  /** Nothing more will be written. */
  void finish() {
    INT.setVolatile(memory, header + FINISHED, 1);
  }

  // The reader.

  /** Reads what has come; bytes read. */
  int read(ByteBuffer target) throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      int available = available();
      if (available == 0) {
        return total;
      }
      int at = (int) (taken % capacity);
      int count = Math.min(Math.min(target.remaining(), available), Math.min(BLOCK, capacity - at));
      target.put(target.position(), memory, data + at, count);
      target.position(target.position() + count);
      taken += count;
      total += count;
      LONG.setRelease(memory, header + TAKEN, taken);
    }
    return total;
  }

  private int available() throws IOException {
    if (written == taken) {
      written = checkedAhead(taken, (long) LONG.getAcquire(memory, header));
    }
    return (int) (written - taken);
  }

  boolean hasBytes() throws IOException {
    return available() > 0;
  }

  /** The reader goes to sleep, or is awake again. */
  void readerSleeps(boolean sleeps) {
    INT.setVolatile(memory, header + READER_SLEEPS, sleeps ? 1 : 0);
  }

  /** Whether the writer slept, has enough room now and must be woken; says so once. */
  boolean mustWakeWriter() {
    long seen = (long) LONG.getAcquire(memory, header);
    return capacity - (seen - taken) >= capacity / 4 && claim(header + WRITER_SLEEPS);
  }

  /** Whether the writer is done; what it wrote before is there. */
  boolean isFinished() {
    return (int) INT.getVolatile(memory, header + FINISHED) != 0;
  }

  private boolean claim(int flag) {
    VarHandle.fullFence();
    return (int) INT.getOpaque(memory, flag) != 0 && INT.compareAndSet(memory, flag, 1, 0);
  }

  private long checked(long mine, long theirs) throws IOException {
    checkedAhead(theirs, mine);
    return theirs;
  }

  private long checkedAhead(long behind, long ahead) throws IOException {
    if (ahead < behind || ahead - behind > capacity) {
      throw new IOException(
          "shared memory is damaged: " + behind + " bytes read of " + ahead + " written");
    }
    return ahead;
  }
}
