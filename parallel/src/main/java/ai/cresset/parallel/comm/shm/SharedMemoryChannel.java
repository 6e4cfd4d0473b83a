package ai.cresset.parallel.comm.shm;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Poller;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Two rings, and the channel over which both ends agreed on them as a bell: a byte wakes an end
 * that sleeps, and its end tells that the peer is gone, however it ended.
 *
 * <p>Methods exclude each other, so that the memory is not unmapped under a copy.
 */
public final class SharedMemoryChannel implements Channel, Poller.Readiness {
  private final SharedSegment segment;
  private final ByteRing in;
  private final ByteRing out;
  private final Channel bell;
  private final ByteBuffer heard = ByteBuffer.allocateDirect(64);
  private final ByteBuffer stroke = ByteBuffer.allocateDirect(1);
  private @Nullable Poller poller;
  private int wanted;
  private boolean asleep;
  private boolean peerGone;
  private boolean closed;

  SharedMemoryChannel(SharedSegment segment, boolean maker, Channel bell) {
    this.segment = segment;
    this.out = segment.ring(maker);
    this.in = segment.ring(!maker);
    this.bell = bell;
  }

  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    checkOpen();
    // Read before the bytes: what was written before the end is never missed.
    boolean finished = peerGone || in.isFinished();
    int count = in.read(target);
    if (count > 0) {
      if (in.mustWakeWriter()) {
        ring();
      }
    } else if (finished && target.hasRemaining()) {
      throw new EOFException(description() + " was closed by the peer");
    }
    return count;
  }

  @Override
  public synchronized int write(ByteBuffer source) throws IOException {
    checkOpen();
    if (peerGone) {
      throw new IOException(description() + " was closed by the peer");
    }
    int count = out.write(source);
    if (count > 0 && out.mustWakeReader()) {
      ring();
    }
    return count;
  }

  private void ring() throws IOException {
    bell.write(stroke.clear());
    bell.flush();
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public synchronized boolean flush() throws IOException {
    return closed || bell.flush();
  }

  @Override
  public synchronized void attach(Poller next) throws IOException {
    if (poller != null) {
      poller.remove(this);
    }
    poller = next;
    wanted = 0;
    bell.attach(next);
    next.add(this);
  }

  @Override
  public synchronized void want(int interest) throws IOException {
    if (closed) {
      return;
    }
    wanted = interest;
    if (interest != 0) {
      bell.want(READ);
      return;
    }
    bell.want(0);
    if (asleep) {
      asleep = false;
      in.readerSleeps(false);
      out.writerSleeps(false);
      listen();
    }
  }

  /** Takes the strokes of the bell, some of which may be late: they wake once too often. */
  private void listen() {
    try {
      while (!peerGone && bell.read(heard.clear()) == heard.capacity()) {
        // More may be there.
      }
    } catch (IOException e) {
      peerGone = true;
    }
  }

  @Override
  public synchronized boolean isReady() {
    if (closed || wanted == 0) {
      return closed;
    }
    asleep = true;
    in.readerSleeps((wanted & READ) != 0);
    out.writerSleeps((wanted & WRITE) != 0);
    try {
      return peerGone
          || (wanted & READ) != 0 && (in.hasBytes() || in.isFinished())
          || (wanted & WRITE) != 0 && out.hasRoom();
    } catch (IOException e) {
      // Damaged memory: the next read or write says so.
      return true;
    }
  }

  @Override
  public synchronized void finishOutput() throws IOException {
    checkOpen();
    out.finish();
    ring();
  }

  @Override
  public String description() {
    return "shared memory beside " + bell.description();
  }

  @Override
  public void close() {
    bell.close();
    synchronized (this) {
      if (!closed) {
        closed = true;
        out.finish();
        if (poller != null) {
          poller.remove(this);
        }
        segment.close();
      }
    }
  }

  @Override
  public String toString() {
    return description();
  }
}
