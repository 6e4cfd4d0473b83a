package ai.cresset.parallel.comm.store;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Conversation;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.handshake.Handshake;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.comm.tcp.TcpTransport;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The store of a {@link TcpStoreServer}. One request at a time. */
public final class TcpStore implements Store {
  /** What the way there and back may take, beside a wait in the store itself. */
  private static final Duration TRAVEL = Duration.ofSeconds(30);

  private final String address;
  private final Channel channel;
  private final Conversation talk;

  private TcpStore(String address, Channel channel) throws IOException {
    this.address = address;
    this.channel = channel;
    this.talk = new Conversation(channel);
  }

  /**
   * Connects.
   *
   * @param address of the server, as it gives it
   */
  public static TcpStore connect(String address, byte[] secret, boolean encrypt, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    @Nullable Channel channel = null;
    try {
      channel = new TcpTransport("").dial(address, deadline);
      return new TcpStore(
          address,
          Handshake.dial(channel, StoreProtocol.hello(encrypt), new JobSecret(secret), deadline));
    } catch (IOException | CommunicationException e) {
      if (channel != null) {
        channel.close();
      }
      throw CommunicationException.because(
          "cannot use the store at " + address + ": " + e.getMessage(), e);
    }
  }

  /** Reads the rest of an answer. */
  private interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private synchronized <T> T ask(Duration wait, StoreProtocol.Writer request, Reader<T> reader) {
    Deadline deadline = Deadline.after(wait.plus(TRAVEL));
    try {
      talk.sendFrame(StoreProtocol.frame(request), deadline);
      ByteBuffer answer = talk.receiveFrame(StoreProtocol.MAX_FRAME, deadline);
      byte[] bytes = new byte[answer.remaining()];
      answer.get(bytes);
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        if (in.readByte() != StoreProtocol.DONE) {
          throw CommunicationException.because(in.readUTF());
        }
        return reader.read(in);
      }
    } catch (IOException e) {
      throw CommunicationException.because(
          "the store at " + address + " is lost: " + e.getMessage(), e);
    }
  }

  @Override
  public void set(String key, byte[] value) {
    ask(
        Duration.ZERO,
        out -> {
          out.writeByte(StoreProtocol.SET);
          out.writeUTF(key);
          StoreProtocol.writeBytes(out, value);
        },
        in -> true);
  }

  @Override
  public byte[] get(String key, Duration atMost) {
    return ask(
        atMost,
        out -> {
          out.writeByte(StoreProtocol.GET);
          out.writeUTF(key);
          out.writeLong(atMost.toMillis());
        },
        StoreProtocol::readBytes);
  }

  @Override
  public long add(String key, long amount) {
    return ask(
        Duration.ZERO,
        out -> {
          out.writeByte(StoreProtocol.ADD);
          out.writeUTF(key);
          out.writeLong(amount);
        },
        DataInputStream::readLong);
  }

  @Override
  public byte @Nullable [] compareAndSet(String key, byte @Nullable [] expected, byte[] desired) {
    return ask(
            Duration.ZERO,
            out -> {
              out.writeByte(StoreProtocol.COMPARE_AND_SET);
              out.writeUTF(key);
              StoreProtocol.writeBytes(out, expected);
              StoreProtocol.writeBytes(out, desired);
            },
            in -> Optional.ofNullable(StoreProtocol.readOptionalBytes(in)))
        .orElse(null);
  }

  @Override
  public void await(Collection<String> keys, Duration atMost) {
    List<String> all = List.copyOf(keys);
    ask(
        atMost,
        out -> {
          out.writeByte(StoreProtocol.AWAIT);
          out.writeLong(atMost.toMillis());
          out.writeInt(all.size());
          for (String key : all) {
            out.writeUTF(key);
          }
        },
        in -> true);
  }

  @Override
  public boolean delete(String key) {
    return ask(
        Duration.ZERO,
        out -> {
          out.writeByte(StoreProtocol.DELETE);
          out.writeUTF(key);
        },
        DataInputStream::readBoolean);
  }

  @Override
  public void close() {
    channel.close();
    try {
      talk.close();
    } catch (IOException e) {
      throw CommunicationException.because("the store at " + address + " did not close", e);
    }
  }
}
