package ai.cresset.parallel.comm.store;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Conversation;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.Transport;
import ai.cresset.parallel.comm.handshake.Hello;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.comm.handshake.Reception;
import ai.cresset.parallel.comm.handshake.Verdict;
import ai.cresset.parallel.comm.tcp.TcpTransport;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link MemoryStore} that others reach by {@link TcpStore}, if they know the job secret. */
public final class TcpStoreServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TcpStoreServer.class);
  private static final int STRANGERS = 256;
  private static final Duration IDLE = Duration.ofDays(365);
  private static final Duration ANSWER = Duration.ofMinutes(1);

  private final MemoryStore store = new MemoryStore();
  private final Set<Channel> clients = ConcurrentHashMap.newKeySet();
  private final Reception reception;
  private final Transport.Listener listener;
  private volatile boolean closed;

  private TcpStoreServer(TcpTransport transport, byte[] secret, boolean encrypt)
      throws IOException {
    this.reception =
        new Reception(
            "store",
            () -> StoreProtocol.hello(encrypt),
            new JobSecret(secret),
            STRANGERS,
            new Door());
    this.listener = transport.listen(reception);
  }

  /**
   * Starts a server.
   *
   * @param host the address to listen on and to give to clients
   */
  public static TcpStoreServer start(String host, byte[] secret, boolean encrypt) {
    try {
      return new TcpStoreServer(new TcpTransport(host), secret, encrypt);
    } catch (IOException e) {
      throw CommunicationException.because("the store cannot listen: " + e.getMessage(), e);
    }
  }

  /** What clients give to {@link TcpStore#connect}. */
  public String address() {
    return listener.address();
  }

  /** The store itself, for the process of the server. */
  public Store store() {
    return store;
  }

  private final class Door implements Reception.Guests {
    @Override
    public Verdict judge(Hello hello) {
      boolean expected = hello.purpose() == Hello.Purpose.STORE;
      return closed ? Verdict.CLOSED : expected ? Verdict.WELCOME : Verdict.UNKNOWN_PEER;
    }

    @Override
    public void welcome(Hello hello, Channel channel) {
      clients.add(channel);
      try (Conversation talk = new Conversation(channel)) {
        while (!closed) {
          ByteBuffer request = talk.receiveFrame(StoreProtocol.MAX_FRAME, Deadline.after(IDLE));
          talk.sendFrame(answer(request), Deadline.after(ANSWER));
        }
      } catch (IOException e) {
        LOG.debug("a client of the store is gone: {}", e.getMessage());
      } finally {
        clients.remove(channel);
        channel.close();
      }
    }

    @Override
    public void lost(Hello hello) {}

    @Override
    public void refused(String why) {}
  }

  private byte[] answer(ByteBuffer request) {
    byte[] bytes = new byte[request.remaining()];
    request.get(bytes);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return handle(in);
    } catch (CommunicationException | IOException e) {
      return StoreProtocol.frame(
          out -> {
            out.writeByte(StoreProtocol.FAILED);
            out.writeUTF(String.valueOf(e.getMessage()));
          });
    }
  }

  private byte[] handle(DataInputStream in) throws IOException {
    byte operation = in.readByte();
    if (operation == StoreProtocol.AWAIT) {
      Duration atMost = Duration.ofMillis(in.readLong());
      int count = in.readInt();
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        keys.add(in.readUTF());
      }
      store.await(keys, atMost);
      return done(out -> {});
    }
    String key = in.readUTF();
    switch (operation) {
      case StoreProtocol.SET -> {
        store.set(key, StoreProtocol.readBytes(in));
        return done(out -> {});
      }
      case StoreProtocol.GET -> {
        byte[] value = store.get(key, Duration.ofMillis(in.readLong()));
        return done(out -> StoreProtocol.writeBytes(out, value));
      }
      case StoreProtocol.ADD -> {
        long value = store.add(key, in.readLong());
        return done(out -> out.writeLong(value));
      }
      case StoreProtocol.COMPARE_AND_SET -> {
        byte[] expected = StoreProtocol.readOptionalBytes(in);
        byte[] value = store.compareAndSet(key, expected, StoreProtocol.readBytes(in));
        return done(out -> StoreProtocol.writeBytes(out, value));
      }
      case StoreProtocol.DELETE -> {
        boolean deleted = store.delete(key);
        return done(out -> out.writeBoolean(deleted));
      }
      default -> throw new IOException("the store knows no operation " + operation);
    }
  }

  private static byte[] done(StoreProtocol.Writer writer) {
    return StoreProtocol.frame(
        out -> {
          out.writeByte(StoreProtocol.DONE);
          writer.write(out);
        });
  }

  @Override
  public void close() {
    closed = true;
    listener.close();
    store.close();
    clients.forEach(Channel::close);
    reception.close();
  }
}
