package ai.cresset.parallel.comm.local;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Poller;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** One end of a pair of pipes. */
final class LocalChannel implements Channel, Poller.Readiness {
  private final Pipe in;
  private final Pipe out;
  private final String description;
  private @Nullable Poller poller;
  private int wanted;
  private volatile boolean closed;

  LocalChannel(Pipe in, Pipe out, String description) {
    this.in = in;
    this.out = out;
    this.description = description;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    checkOpen();
    // Finished is read before the bytes: what was written before the end is never missed.
    boolean finished = in.isFinished();
    int count = in.read(target);
    if (count == 0 && finished && target.hasRemaining()) {
      throw new EOFException(description + " was closed by the peer");
    }
    return count;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    checkOpen();
    if (out.isBroken()) {
      throw new IOException(description + " was closed by the peer");
    }
    return out.write(source);
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public boolean flush() {
    return true;
  }

  @Override
  public void attach(Poller next) {
    if (poller != null) {
      poller.remove(this);
    }
    poller = next;
    wanted = 0;
    in.reader(next);
    out.writer(next);
    next.add(this);
  }

  @Override
  public void want(int interest) {
    wanted = interest;
  }

  @Override
  public boolean isReady() {
    return closed
        || (wanted & READ) != 0 && (in.hasBytes() || in.isFinished())
        || (wanted & WRITE) != 0 && (out.hasRoom() || out.isBroken());
  }

  @Override
  public void finishOutput() {
    out.finish();
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void close() {
    closed = true;
    out.finish();
    in.breakOff();
  }

  @Override
  public String toString() {
    return description;
  }
}
