package ai.cresset.parallel.comm.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One stream over several channels to the same peer: a block on the first, the next block on the
 * second and so on. Both ends count alike, so nothing has to be sorted. Since the system's buffers
 * hold many blocks, all channels are on the wire at once.
 */
public final class StripedChannel implements Channel {
  private static final int BLOCK = 1 << 17;

  private final List<Channel> stripes;
  private long written;
  private long read;

  /**
   * @param stripes in the same order at both ends
   */
  public StripedChannel(List<Channel> stripes) {
    this.stripes = List.copyOf(stripes);
  }

  private int stripe(long position) {
    return (int) (position / BLOCK % stripes.size());
  }

  /** The part of {@code buffer} that belongs to the stripe at {@code position}. */
  private static ByteBuffer block(ByteBuffer buffer, long position) {
    int left = (int) (BLOCK - position % BLOCK);
    return buffer.slice(buffer.position(), Math.min(left, buffer.remaining()));
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      ByteBuffer block = block(target, read);
      int count = stripes.get(stripe(read)).read(block);
      target.position(target.position() + count);
      read += count;
      total += count;
      if (block.hasRemaining()) {
        break;
      }
    }
    return total;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int total = 0;
    while (source.hasRemaining()) {
      ByteBuffer block = block(source, written);
      int count = stripes.get(stripe(written)).write(block);
      source.position(source.position() + count);
      written += count;
      total += count;
      if (block.hasRemaining()) {
        break;
      }
    }
    return total;
  }

  @Override
  public boolean flush() throws IOException {
    boolean flushed = true;
    for (Channel stripe : stripes) {
      flushed &= stripe.flush();
    }
    return flushed;
  }

  @Override
  public void attach(Poller poller) throws IOException {
    for (Channel stripe : stripes) {
      stripe.attach(poller);
    }
  }

  @Override
  public void want(int interest) throws IOException {
    for (int i = 0; i < stripes.size(); i++) {
      int reads = i == stripe(read) ? interest & READ : 0;
      int writes = i == stripe(written) ? interest & WRITE : 0;
      stripes.get(i).want(reads | writes);
    }
  }

  @Override
  public void finishOutput() throws IOException {
    for (Channel stripe : stripes) {
      stripe.finishOutput();
    }
  }

  @Override
  public String description() {
    return stripes.get(0).description() + " and " + (stripes.size() - 1) + " more";
  }

  @Override
  public void close() {
    stripes.forEach(Channel::close);
  }

  @Override
  public String toString() {
    return description();
  }
}
