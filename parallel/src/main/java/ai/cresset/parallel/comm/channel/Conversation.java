package ai.cresset.parallel.comm.channel;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** Short exchanges of exact length on one channel, each within a deadline: blocks its caller. */
public final class Conversation implements AutoCloseable {
  private final Channel channel;
  private final Poller poller;

  /** Takes over the waiting for {@code channel} until closed; does not own the channel. */
  public Conversation(Channel channel) throws IOException {
    this.channel = channel;
    this.poller = new Poller();
    try {
      channel.attach(poller);
    } catch (IOException e) {
      poller.close();
      throw e;
    }
  }

  public Channel channel() {
    return channel;
  }

  /** Sends all of {@code bytes}. */
  public void send(ByteBuffer bytes, Deadline deadline) throws IOException {
    while (true) {
      channel.write(bytes);
      boolean flushed = channel.flush();
      if (flushed && !bytes.hasRemaining()) {
        return;
      }
      await(Channel.WRITE, deadline);
    }
  }

  /** Receives exactly {@code count} bytes. */
  public ByteBuffer receive(int count, Deadline deadline) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) == 0) {
        await(Channel.READ, deadline);
      }
    }
    return bytes.flip();
  }

  /** Receives a length and as many bytes; a length outside of 0..{@code limit} is an error. */
  public ByteBuffer receiveFrame(int limit, Deadline deadline) throws IOException {
    int length = receive(Integer.BYTES, deadline).getInt();
    if (length < 0 || length > limit) {
      throw new IOException(
          channel.description() + " announced " + length + " bytes, at most " + limit + " allowed");
    }
    return receive(length, deadline);
  }

  /** Sends a length and the bytes. */
  public void sendFrame(byte[] bytes, Deadline deadline) throws IOException {
    send(
        ByteBuffer.allocate(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes).flip(),
        deadline);
  }

  private void await(int interest, Deadline deadline) throws IOException {
    long remaining = deadline.remainingNanos();
    if (remaining <= 0) {
      throw new SocketTimeoutException(
          "no answer from " + channel.description() + " for " + deadline.text());
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new EOFException("interrupted while waiting for " + channel.description());
    }
    channel.want(interest);
    poller.await(remaining);
    channel.want(0);
  }

  @Override
  public void close() throws IOException {
    poller.close();
  }
}
