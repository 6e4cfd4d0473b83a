package ai.cresset.parallel.comm.local;

import ai.cresset.parallel.comm.channel.Poller;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A ring of bytes from one thread to another, without locks. Made when the first byte comes. */
final class Pipe {
  static final int CAPACITY = 1 << 18;

  private volatile byte @Nullable [] ring;
  private volatile long written;
  private volatile long taken;
  private volatile boolean finished;
  private volatile boolean broken;
  private volatile @Nullable Poller reader;
  private volatile @Nullable Poller writer;

  void reader(Poller poller) {
    reader = poller;
  }

  void writer(Poller poller) {
    writer = poller;
  }

  int write(ByteBuffer source) {
    byte[] bytes = ring;
    if (bytes == null) {
      bytes = new byte[CAPACITY];
      ring = bytes;
    }
    long position = written;
    int count = (int) Math.min(source.remaining(), CAPACITY - (position - taken));
    if (count == 0) {
      return 0;
    }
    int at = (int) (position % CAPACITY);
    int first = Math.min(count, CAPACITY - at);
    source.get(bytes, at, first);
    source.get(bytes, 0, count - first);
    written = position + count;
    signal(reader);
    return count;
  }

  int read(ByteBuffer target) {
    byte[] bytes = ring;
    long position = taken;
    int count = (int) Math.min(target.remaining(), written - position);
    if (count == 0 || bytes == null) {
      return 0;
    }
    int at = (int) (position % CAPACITY);
    int first = Math.min(count, CAPACITY - at);
    target.put(bytes, at, first);
    target.put(bytes, 0, count - first);
    taken = position + count;
    signal(writer);
    return count;
  }

  boolean hasBytes() {
    return written != taken;
  }

  boolean hasRoom() {
    return written - taken < CAPACITY;
  }

  /** The writer is done. */
  void finish() {
    finished = true;
    signal(reader);
  }

  boolean isFinished() {
    return finished;
  }

  /** The reader is gone. */
  void breakOff() {
    broken = true;
    signal(writer);
  }

  boolean isBroken() {
    return broken;
  }

  private static void signal(@Nullable Poller poller) {
    if (poller != null) {
      poller.signal();
    }
  }
}
