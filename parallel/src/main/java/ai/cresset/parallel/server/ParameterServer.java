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
import java.io.UncheckedIOException;
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
 * <p>A server in a process of its own outlives the attempts of the workers: the first worker of a
 * newer one finds it empty, and those of older ones are refused from then on.
 *
 * <p>{@link #close} is abrupt for workers that are still there, as the end of its process would be:
 * they look for its successor until their patience ends.
 */
public final class ParameterServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ParameterServer.class);
  private static final int STRANGERS = 256;
  private static final Duration IDLE = Duration.ofDays(365);

  private final int server;
  private final ServerOptions options;
  private final @Nullable ShardSnapshots snapshots;
  private final @Nullable ServerDirectory directory;
  private final Set<Channel> sessions = ConcurrentHashMap.newKeySet();
  private final Reception reception;
  private final Transport.Listener listener;
  private volatile ServerPlace place;
  private volatile ServerShard shard;
  private volatile boolean closed;

  private ParameterServer(
      int server,
      ServerPlace place,
      ServerOptions options,
      @Nullable ShardSnapshots snapshots,
      @Nullable ServerDirectory directory,
      boolean recovers,
      TcpTransport transport,
      byte[] secret)
      throws IOException {
    this.server = server;
    this.place = place;
    this.options = options;
    this.snapshots = snapshots;
    this.directory = directory;
    this.shard = shard(recovers);
    this.reception =
        new Reception(
            "parameter-server-" + server,
            () -> this.place.hello("", server, -1),
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
    try {
      return new ParameterServer(
          server,
          place,
          options,
          stored(snapshots, server, place, options),
          null,
          recovers,
          new TcpTransport(host),
          secret);
    } catch (IOException e) {
      throw CommunicationException.because(
          "parameter server " + server + " cannot listen: " + e.getMessage(), e);
    }
  }

  /**
   * Starts a server in a process of its own. If there was one of its number before, it goes on from
   * the newest snapshot of that.
   *
   * @param place of the workers' first attempt
   * @param directory where it says where it is
   */
  public static ParameterServer apart(
      int server,
      ServerPlace place,
      ServerOptions options,
      String host,
      byte[] secret,
      CheckpointStore snapshots,
      ServerDirectory directory) {
    try {
      ParameterServer started =
          new ParameterServer(
              server,
              place.at(directory.attempt(server)),
              options,
              stored(snapshots, server, place, options),
              directory,
              directory.knows(server),
              new TcpTransport(host),
              secret);
      boolean said = false;
      try {
        directory.publish(server, started.address());
        said = true;
        return started;
      } finally {
        if (!said) {
          started.close();
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw CommunicationException.because(
          "parameter server " + server + " cannot begin: " + e.getMessage(), e);
    }
  }

  private static @Nullable ShardSnapshots stored(
      @Nullable CheckpointStore snapshots, int server, ServerPlace place, ServerOptions options) {
    return snapshots == null
        ? null
        : new ShardSnapshots(snapshots, server, place.servers(), options.snapshots().keep());
  }

  private ServerShard shard(boolean recovers) {
    return new ServerShard(server, place.servers(), place.workers(), options, snapshots, recovers);
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

  /** Begins a newer attempt of the workers, with no rows; older ones end here. */
  private synchronized void renew(int attempt, ServerDirectory in) throws IOException {
    if (attempt <= place.attempt()) {
      return;
    }
    in.attempt(server, attempt);
    ServerShard before = shard;
    place = place.at(attempt);
    before.close();
    shard = shard(false);
    sessions.forEach(Channel::close);
    LOG.info("server {} serves attempt {} of the workers", server, attempt);
  }

  /** The rows of an attempt; null of one that is over. */
  private synchronized @Nullable ServerShard enter(Hello hello, Channel channel) {
    if (closed || hello.attempt() != place.attempt()) {
      return null;
    }
    sessions.add(channel);
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
      if (closed || !expected) {
        return closed ? Verdict.CLOSED : Verdict.UNKNOWN_PEER;
      }
      if (hello.attempt() > place.attempt()) {
        if (directory == null) {
          return Verdict.OTHER_ATTEMPT;
        }
        try {
          renew(hello.attempt(), directory);
        } catch (IOException e) {
          LOG.warn("server {} cannot begin a new attempt: {}", server, e.getMessage());
          return Verdict.CLOSED; // the worker tries again
        }
      }
      return hello.attempt() < place.attempt() ? Verdict.OTHER_ATTEMPT : Verdict.WELCOME;
    }

    @Override
    public void welcome(Hello hello, Channel channel) {
      ServerShard rows = enter(hello, channel);
      if (rows == null) {
        channel.close();
        return;
      }
      try (Conversation talk = new Conversation(channel)) {
        while (!closed) {
          Frames.Numbered asked =
              Frames.request(talk.receiveFrame(Frames.MAX_BYTES, Deadline.after(IDLE)));
          Response answer = rows.handle(hello.rank(), asked.sequence(), asked.request());
          talk.send(Frames.encode(answer), Deadline.after(options.flight().timeout()));
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
