package ai.cresset.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/**
 * A store whose process dies after a number of changes. Each call that changes something counts
 * before and after it is done, and each write to a file counts too, so that the death may come
 * between any two of them; from then on nothing works any more.
 */
public final class FailingStore implements CheckpointStore {
  private final CheckpointStore store;
  private long left;
  private boolean dead;

  public FailingStore(CheckpointStore store, long changes) {
    this.store = store;
    this.left = changes;
  }

  /** Whether the end was reached. */
  public boolean isDead() {
    return dead;
  }

  private void count() throws IOException {
    if (dead || left-- <= 0) {
      dead = true;
      throw new IOException("the process died here");
    }
  }

  private void checkAlive() throws IOException {
    if (dead) {
      throw new IOException("the process is dead");
    }
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public List<String> list(String directory) throws IOException {
    checkAlive();
    return store.list(directory);
  }

  @Override
  public SeekableByteChannel read(String path) throws IOException {
    checkAlive();
    return store.read(path);
  }

  @Override
  public void write(String path, Content content) throws IOException {
    count();
    store.write(path, channel -> content.write(new FailingChannel(channel)));
    count();
  }

  @Override
  public boolean claim(String path) throws IOException {
    count();
    boolean claimed = store.claim(path);
    count();
    return claimed;
  }

  @Override
  public void rename(String from, String to) throws IOException {
    count();
    store.rename(from, to);
    count();
  }

  @Override
  public void delete(String path) throws IOException {
    count();
    for (String child : store.list(path)) {
      store.delete(path + "/" + child);
      count();
    }
    store.delete(path);
    count();
  }

  private final class FailingChannel implements WritableByteChannel {
    private final WritableByteChannel channel;

    FailingChannel(WritableByteChannel channel) {
      this.channel = channel;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      int half = from.remaining() / 2;
      ByteBuffer first = from.duplicate().limit(from.position() + half);
      while (first.hasRemaining()) {
        channel.write(first);
      }
      from.position(from.position() + half);
      count();
      return half + channel.write(from);
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
