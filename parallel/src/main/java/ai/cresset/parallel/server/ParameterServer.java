package ai.cresset.parallel.server;

import ai.cresset.checkpoint.CheckpointStore;
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
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the servers of a job: listens on a port, lets in workers that know the job's secret, and
 * answers each in the order of its requests. It may run beside a worker, whose requests then need
 * no channel, or in a process of its own.
 *
 * <p>{@link #close} is abrupt for workers that are still there, as the end of its process would be:
 * they look for its successor until their patience ends.
 */
public final class ParameterServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ParameterServer.class);
  private static final int STRANGERS = 256;
  private static final Duration IDLE = Duration.ofDays(365);

  private final int server;
  private final ServerPlace place;
  private final ServerShard shard;
  private final Duration answerTimeout;
  private final Set<Channel> sessions = ConcurrentHashMap.newKeySet();
  private final Reception reception;
  private final Transport.Listener listener;
  private volatile boolean closed;

  private ParameterServer(
      int server,
      ServerPlace place,
      ServerOptions options,
      ServerShard shard,
      TcpTransport transport,
      byte[] secret)
      throws IOException {
    this.server = server;
    this.place = place;
    this.shard = shard;
    this.answerTimeout = options.requestTimeout();
    this.reception =
        new Reception(
            "parameter-server-" + server,
            place.hello("", server, -1),
            new JobSecret(secret),
            STRANGERS + 2 * place.workers(),
            new Door());
    this.listener = transport.listen(reception);
  }

  /**
   * Starts a server.
   *
   * @param server its number, from 0
   * @param host the address to listen on and to give to workers
   * @param secret what all of the job share, at least 16 random bytes
   * @param snapshots where its snapshots are; null for none
   * @param recovers whether it goes on from its newest snapshot, if there is one
   */
  public static ParameterServer start(
      int server,
      ServerPlace place,
      ServerOptions options,
      String host,
      byte[] secret,
      @Nullable CheckpointStore snapshots,
      boolean recovers) {
    @Nullable ShardSnapshots stored =
        snapshots == null
            ? null
            : new ShardSnapshots(snapshots, server, place.servers(), options.keepSnapshots());
    ServerShard shard =
        new ServerShard(server, place.servers(), place.workers(), options, stored, recovers);
    try {
      return new ParameterServer(server, place, options, shard, new TcpTransport(host), secret);
    } catch (IOException e) {
      throw CommunicationException.because(
          "parameter server " + server + " cannot listen: " + e.getMessage(), e);
    }
  }

  /** What workers dial. */
  public String address() {
    return listener.address();
  }

  /** Its number. */
  public int server() {
    return server;
  }

  /** What it holds and has done. */
  public ServerAccount account() {
    return shard.account();
  }

  ServerShard shard() {
    return shard;
  }

  /** Decides about workers, and answers them. */
  private final class Door implements Reception.Guests {
    @Override
    public Verdict judge(Hello hello) {
      boolean expected =
          hello.purpose() == Hello.Purpose.SERVER
              && hello.rank() >= 0
              && hello.rank() < place.workers();
      return closed ? Verdict.CLOSED : expected ? Verdict.WELCOME : Verdict.UNKNOWN_PEER;
    }

    @Override
    public void welcome(Hello hello, Channel channel) {
      sessions.add(channel);
      try (Conversation talk = new Conversation(channel)) {
        while (!closed) {
          Frames.Numbered asked =
              Frames.request(talk.receiveFrame(Frames.MAX_BYTES, Deadline.after(IDLE)));
          Response answer = shard.handle(hello.rank(), asked.sequence(), asked.request());
          talk.send(Frames.encode(answer), Deadline.after(answerTimeout));
        }
      } catch (IOException e) {
        LOG.debug("worker {} is gone from server {}: {}", hello.rank(), server, e.getMessage());
      } finally {
        sessions.remove(channel);
        channel.close();
      }
    }

    @Override
    public void lost(Hello hello) {}

    @Override
    public void refused(String why) {}
  }

  @Override
  public void close() {
    closed = true;
    listener.close();
    shard.close();
    sessions.forEach(Channel::close);
    reception.close();
  }
}
