package ai.cresset.parallel.comm;

import ai.cresset.error.CommunicationException;
import ai.cresset.memory.Allocator;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.Poller;
import ai.cresset.parallel.comm.channel.Transport;
import ai.cresset.parallel.comm.handshake.Hello;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.comm.handshake.Reception;
import ai.cresset.parallel.comm.handshake.Verdict;
import ai.cresset.parallel.comm.local.LocalTransport;
import ai.cresset.parallel.comm.shm.SharedMemoryPlace;
import ai.cresset.parallel.comm.tcp.TcpTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One rank of a job among its peers: where it listens, how it opens channels to them, and whether
 * the job has failed. All groups of the rank share it; it ends with the last of them.
 */
final class Endpoint implements ControlPlane.Listener, Reception.Guests {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);
  private static final String WORLD = "world";
  private static final String CONTROL = "control";
  private static final int STRANGERS = 64;
  private static final Duration NEWS = Duration.ofMillis(500);

  private final int rank;
  private final int worldSize;
  private final int attempt;
  private final JobSecret secret;
  private final CommOptions options;
  private final Allocator allocator;
  private final ChannelDecorator decorator;
  private final Inbox inbox;
  private final List<AutoCloseable> listening = new ArrayList<>();
  private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
  private final Set<Integer> left = ConcurrentHashMap.newKeySet();
  private final List<Poller> pollers = new CopyOnWriteArrayList<>();
  private final AtomicInteger groups = new AtomicInteger(1);
  private final FlightRecords flights;
  private final Object news = new Object();
  private final CountDownLatch met = new CountDownLatch(1);
  private volatile @Nullable Connector connector;
  private @Nullable ControlPlane control;

  private Endpoint(
      Rendezvous rendezvous,
      byte[] secret,
      CommOptions options,
      Allocator allocator,
      ChannelDecorator decorator) {
    this.decorator = decorator;
    this.rank = rendezvous.rank();
    this.worldSize = rendezvous.worldSize();
    this.attempt = rendezvous.attempt();
    this.secret = new JobSecret(secret);
    this.options = options;
    this.allocator = allocator;
    this.flights = new FlightRecords(rank, worldSize);
    this.inbox = new Inbox(rank, worldSize, options.transport().connections());
  }

  static ProcessGroup connect(
      Rendezvous rendezvous, String host, byte[] secret, CommOptions options, Allocator allocator) {
    return connect(rendezvous, host, secret, options, allocator, ChannelDecorator.NONE);
  }

  static ProcessGroup connect(
      Rendezvous rendezvous,
      String host,
      byte[] secret,
      CommOptions options,
      Allocator allocator,
      ChannelDecorator decorator) {
    Endpoint endpoint = new Endpoint(rendezvous, secret, options, allocator, decorator);
    try {
      endpoint.meet(rendezvous, host);
      ProcessGroup world =
          endpoint.group(WORLD, IntStream.range(0, endpoint.worldSize).boxed().toList());
      LOG.info("rank {}: {}", endpoint.rank, world.description());
      return world;
    } catch (IOException | RuntimeException e) {
      CommunicationException error =
          e instanceof CommunicationException known
              ? known
              : CommunicationException.because(
                  "rank " + endpoint.rank + " could not connect: " + e.getMessage(), e);
      endpoint.abort(error);
      endpoint.release();
      throw error;
    }
  }

  private void meet(Rendezvous rendezvous, String host) throws IOException {
    TcpTransport tcp = new TcpTransport(host, options.firstPort(), options.lastPort());
    Transport.Listener outside = listen(tcp, options.encrypt());
    Transport.Listener inside = listen(new LocalTransport(), false);
    PeerAddress here =
        PeerAddress.here(host, outside.address(), inside.address(), SharedMemoryPlace.here());
    List<String> lines = rendezvous.exchange(here.line());
    if (lines.size() != worldSize) {
      throw CommunicationException.because(
          "the rendezvous gave " + lines.size() + " addresses for " + worldSize + " ranks");
    }
    List<PeerAddress> peers =
        IntStream.range(0, worldSize)
            .mapToObj(each -> PeerAddress.parse(each, lines.get(each)))
            .toList();
    connector = new Connector(rendezvous, secret, options, inbox, peers, this::checkFailure);
    met.countDown();
    List<@Nullable Channel> quiet =
        connector()
            .open(Hello.Purpose.CONTROL, CONTROL, IntStream.range(0, worldSize).boxed().toList());
    List<ControlPeer> known = new ArrayList<>();
    for (int peer = 0; peer < worldSize; peer++) {
      Channel channel = quiet.get(peer);
      if (channel != null) {
        known.add(new ControlPeer(peer, connector().text(peer), channel));
      }
    }
    control = new ControlPlane(rank, known, options.heartbeatTimeout(), this);
    control.start();
  }

  private Transport.Listener listen(Transport transport, boolean encrypt) throws IOException {
    Hello self = new Hello(Hello.Purpose.DATA, "", rank, -1, worldSize, attempt, encrypt, false, 0);
    Reception reception =
        new Reception(
            transport.name() + "-rank-" + rank,
            () -> self,
            secret,
            STRANGERS + (3 + options.transport().connections()) * worldSize,
            this);
    Transport.Listener listener = transport.listen(reception);
    listening.add(listener);
    listening.add(reception);
    return listener;
  }

  /**
   * A group with channels of its own.
   *
   * @param ranks ranks of the job, this one among them
   */
  ProcessGroup group(String name, List<Integer> ranks) {
    List<@Nullable Channel> channels = new ArrayList<>();
    for (Channel channel : connector().open(Hello.Purpose.DATA, name, ranks)) {
      int peer = ranks.get(channels.size());
      channels.add(channel == null ? null : decorator.decorate(peer, channel));
    }
    try {
      Poller poller = new Poller();
      for (Channel channel : channels) {
        if (channel != null) {
          channel.attach(poller);
        }
      }
      pollers.add(poller);
      return new ChannelProcessGroup(this, name, ranks, channels, poller);
    } catch (IOException e) {
      throw CommunicationException.because("no poller for group " + name, e);
    }
  }

  int rank() {
    return rank;
  }

  CommOptions options() {
    return options;
  }

  Allocator allocator() {
    return allocator;
  }

  private Connector connector() {
    Connector ready = connector;
    if (ready == null) {
      throw new IllegalStateException("rank " + rank + " has not met its peers");
    }
    return ready;
  }

  long spinNanos() {
    return connector().spinNanos();
  }

  /** Why memory cannot be common to ranks, this one among them; null if it is worth a try. */
  @Nullable String whyNotCommon(List<Integer> ranks) {
    return connector().whyNotCommon(ranks);
  }

  /** Who is reached how and why, for people. */
  String links(List<Integer> ranks) {
    return connector().links(ranks);
  }

  // Failure.

  @Nullable Failure failure() {
    return failure.get();
  }

  void checkFailure() {
    Failure known = failure.get();
    if (known != null) {
      throw CommunicationException.because(known.explain(rank));
    }
  }

  /**
   * Fails this rank's groups and tells all peers; the first cause stays. A launcher interrupts the
   * survivors of a lost peer, sometimes before they hear of it: then the cause is awaited.
   */
  void abort(Throwable cause) {
    if (cause instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
      awaitNews(-1);
    }
    failed(Failure.of(rank, cause));
  }

  /** Waits a moment until a failure is known, or until {@code peer} has left. */
  private void awaitNews(int peer) {
    Deadline deadline = Deadline.after(NEWS);
    boolean interrupted = Thread.interrupted();
    synchronized (news) {
      while (failure.get() == null && !left.contains(peer) && !deadline.isOver()) {
        try {
          news.wait(Math.max(1, deadline.remainingNanos() / 1_000_000));
        } catch (InterruptedException interrupt) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void failed(Failure first) {
    if (!failure.compareAndSet(null, first)) {
      return;
    }
    ControlPlane plane = control;
    if (plane != null) {
      plane.broadcast(first);
    }
    pollers.forEach(Poller::wakeup);
    inbox.wake();
    tellNews();
  }

  @Override
  public String lastOperations() {
    return flights.own();
  }

  @Override
  public void heard(int peer, String operations) {
    flights.heard(peer, operations);
  }

  /** The last operations of all ranks. */
  FlightRecords flights() {
    return flights;
  }

  @Override
  public void left(int peer) {
    left.add(peer);
    tellNews();
  }

  private void tellNews() {
    synchronized (news) {
      news.notifyAll();
    }
  }

  /**
   * A data channel broke. Often a consequence: the control thread hears of the cause at the same
   * time, so wait a moment for it.
   */
  void lost(int peer, IOException e) {
    awaitNews(peer);
    String text = "rank " + peer + " (" + connector().text(peer) + ")";
    CommunicationException lost =
        CommunicationException.because(
            left.contains(peer)
                ? text + " has closed its process group while rank " + rank + " still waits for it"
                : "the connection to " + text + " broke: " + e.getMessage(),
            e);
    failed(Failure.of(rank, lost));
  }

  // Strangers and friends at the door.

  @Override
  public Verdict judge(Hello hello) {
    return inbox.judge(hello);
  }

  @Override
  public void welcome(Hello hello, Channel channel) throws IOException {
    if (!hello.sharesMemory()) {
      inbox.put(hello, channel);
      return;
    }
    // A peer may be faster than the rendezvous here.
    try {
      met.await();
    } catch (InterruptedException e) {
      throw new IOException("closed before rank " + hello.rank() + " was connected", e);
    }
    inbox.put(hello, connector().answer(hello, channel));
  }

  @Override
  public void lost(Hello hello) {
    inbox.forget(hello);
  }

  @Override
  public void refused(String why) {
    inbox.refused(why);
  }

  // The end.

  /** One more group uses this endpoint. */
  void retain() {
    groups.incrementAndGet();
  }

  void forget(Poller poller) {
    pollers.remove(poller);
  }

  /** A group is closed; with the last one everything ends. */
  void release() {
    if (groups.decrementAndGet() > 0) {
      return;
    }
    if (failure.get() != null) {
      LOG.warn("rank {} closes a failed job; {}", rank, flights.text());
    }
    ControlPlane plane = control;
    if (plane != null) {
      plane.close();
    }
    inbox.close();
    for (AutoCloseable each : listening) {
      try {
        each.close();
      } catch (Exception e) {
        LOG.warn("rank {} could not close {}: {}", rank, each, e.toString());
      }
    }
  }
}
