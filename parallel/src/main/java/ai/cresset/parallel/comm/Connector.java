package ai.cresset.parallel.comm;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.StripedChannel;
import ai.cresset.parallel.comm.channel.Transport;
import ai.cresset.parallel.comm.handshake.Handshake;
import ai.cresset.parallel.comm.handshake.Hello;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.comm.handshake.ListenerClosingException;
import ai.cresset.parallel.comm.local.LocalTransport;
import ai.cresset.parallel.comm.shm.SharedMemoryAgreement;
import ai.cresset.parallel.comm.shm.SharedMemoryChannel;
import ai.cresset.parallel.comm.shm.SharedMemoryPlace;
import ai.cresset.parallel.comm.tcp.TcpTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Opens channels to peers: dials the lower ranks, waits for the higher ones, and chooses for each
 * pair between memory of the process, shared memory of the host, and TCP.
 */
final class Connector {
  private static final Duration RETRY = Duration.ofMillis(50);
  private static final Duration AGREEMENT = Duration.ofSeconds(5);
  private static final String REMEDY =
      "; start all workers of a host with one /dev/shm that is large enough (docker: --ipc and"
          + " --shm-size; Kubernetes: an emptyDir of medium Memory at /dev/shm), or set"
          + " CommOptions.sharedMemory to AUTOMATIC or OFF";

  private final Rendezvous job;
  private final JobSecret secret;
  private final CommOptions options;
  private final Inbox inbox;
  private final List<PeerAddress> peers;
  private final Runnable checkFailure;
  private final Map<Integer, String> refusals = new ConcurrentHashMap<>();
  private final Map<Integer, String> reached = new ConcurrentHashMap<>();

  /**
   * @param peers by rank
   * @param checkFailure throws when the job has failed
   */
  Connector(
      Rendezvous job,
      JobSecret secret,
      CommOptions options,
      Inbox inbox,
      List<PeerAddress> peers,
      Runnable checkFailure) {
    this.job = job;
    this.secret = secret;
    this.options = options;
    this.inbox = inbox;
    this.peers = peers;
    this.checkFailure = checkFailure;
  }

  /** The channel to each of {@code ranks}, null for this one. */
  List<@Nullable Channel> open(Hello.Purpose purpose, String group, List<Integer> ranks) {
    Deadline deadline = Deadline.after(options.connectTimeout());
    List<@Nullable Channel> channels = new ArrayList<>();
    try {
      for (int peer : ranks) {
        channels.add(peer == job.rank() ? null : open(purpose, group, peer, deadline));
      }
      return channels;
    } catch (RuntimeException e) {
      channels.forEach(Connector::close);
      throw e;
    }
  }

  private Channel open(Hello.Purpose purpose, String group, int peer, Deadline deadline) {
    Channel first = stripe(purpose, group, peer, 0, deadline);
    if (purpose != Hello.Purpose.DATA) {
      return first;
    }
    boolean shared = first instanceof SharedMemoryChannel;
    boolean alone = shared || inJvm(peer) || options.transport().connections() == 1;
    reached.put(peer, shared ? "shared memory" : inJvm(peer) ? "in-jvm" : tcp(peer));
    List<Channel> stripes = new ArrayList<>(List.of(first));
    try {
      if (!shared) {
        checkNotRequired(peer);
      }
      if (alone) {
        return first;
      }
      while (stripes.size() < options.transport().connections()) {
        stripes.add(stripe(purpose, group, peer, stripes.size(), deadline));
      }
      return new StripedChannel(stripes);
    } catch (RuntimeException e) {
      stripes.forEach(Connector::close);
      throw e;
    }
  }

  private Channel stripe(
      Hello.Purpose purpose, String group, int peer, int stripe, Deadline deadline) {
    if (peer > job.rank()) {
      return claim(purpose, group, peer, stripe, deadline);
    }
    boolean inside = inJvm(peer);
    boolean shares =
        purpose == Hello.Purpose.DATA && stripe == 0 && !inside && whyNotShared(peer) == null;
    return dial(
        new Hello(
            purpose,
            group,
            job.rank(),
            peer,
            job.worldSize(),
            job.attempt(),
            options.encrypt() && !inside,
            shares,
            stripe),
        deadline);
  }

  private Channel dial(Hello hello, Deadline deadline) {
    int peer = hello.peer();
    PeerAddress address = peers.get(peer);
    boolean inside = inJvm(peer);
    Transport transport = inside ? new LocalTransport() : new TcpTransport(address.host());
    while (true) {
      checkFailure.run();
      @Nullable Channel channel = null;
      try {
        channel = transport.dial(inside ? address.local() : address.tcp(), deadline);
        Channel agreed = Handshake.dial(channel, hello, secret, deadline);
        return hello.sharesMemory()
            ? agreed(peer, SharedMemoryAgreement.offer(agreed, ringBytes(peer), deadline))
            : agreed;
      } catch (CommunicationException | ListenerClosingException e) {
        close(channel);
        throw CommunicationException.because(
            "rank " + job.rank() + " cannot connect to rank " + peer + ": " + e.getMessage(), e);
      } catch (IOException e) {
        close(channel);
        if (deadline.remainingNanos() < RETRY.toNanos()) {
          throw CommunicationException.because(
              "rank "
                  + job.rank()
                  + " did not reach rank "
                  + peer
                  + " ("
                  + address.text()
                  + ") within "
                  + deadline.text()
                  + ": "
                  + e.getMessage()
                  + inbox.refusals(),
              e);
        }
        pause();
      }
    }
  }

  /** Between two tries to dial a peer whose listener was busy or not there. */
  private void pause() {
    try {
      inbox.pause(RETRY, checkFailure);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private Channel claim(
      Hello.Purpose purpose, String group, int peer, int stripe, Deadline deadline) {
    try {
      Channel channel = inbox.claim(purpose, group, peer, stripe, deadline, checkFailure);
      if (channel != null) {
        return channel;
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    throw CommunicationException.because(
        "rank "
            + peer
            + " ("
            + peers.get(peer).text()
            + ") did not connect to rank "
            + job.rank()
            + " within "
            + deadline.text()
            + inbox.refusals());
  }

  private CommunicationException interrupted() {
    Thread.currentThread().interrupt();
    return CommunicationException.because(
        "rank " + job.rank() + " was interrupted while it connected");
  }

  private static void close(@Nullable Channel channel) {
    if (channel != null) {
      channel.close();
    }
  }

  // Which way.

  boolean inJvm(int peer) {
    return options.inJvm() && peers.get(peer).sharesProcessWith(peers.get(job.rank()));
  }

  /** The listening end of an agreement that a peer has announced. */
  Channel answer(Hello hello, Channel channel) throws IOException {
    String forbidden =
        options.transport().sharedMemory() == SharedMemoryUse.OFF
            ? "it is switched off on rank " + job.rank()
            : null;
    return agreed(
        hello.rank(), SharedMemoryAgreement.answer(channel, forbidden, Deadline.after(AGREEMENT)));
  }

  private Channel agreed(int peer, SharedMemoryAgreement.Result result) {
    if (result.refusal() != null) {
      refusals.put(peer, result.refusal());
    }
    return result.channel();
  }

  /** Why memory cannot be shared with a peer; null if it is worth a try. */
  private @Nullable String whyNotShared(int peer) {
    SharedMemoryPlace here = peers.get(job.rank()).memory();
    SharedMemoryPlace there = peers.get(peer).memory();
    if (options.transport().sharedMemory() == SharedMemoryUse.OFF) {
      return "shared memory is switched off";
    }
    if (!here.problem().isEmpty()) {
      return here.problem();
    }
    if (here.fits(there)) {
      return refusals.get(peer);
    }
    return here.sharesHostWith(there)
        ? "another /dev/shm on the same host"
        : there.problem().isEmpty() ? "another host" : there.problem();
  }

  /** Why memory cannot be common to ranks, this one among them; null if it is worth a try. */
  @Nullable String whyNotCommon(List<Integer> ranks) {
    for (int peer : ranks) {
      String why = peer == job.rank() ? null : whyNotShared(peer);
      if (why != null) {
        return why;
      }
    }
    return null;
  }

  /** Why memory is not shared with a peer. */
  private String reason(int peer) {
    String why = whyNotShared(peer);
    return why == null ? "rank " + peer + " did not offer to share memory" : why;
  }

  private void checkNotRequired(int peer) {
    PeerAddress there = peers.get(peer);
    PeerAddress here = peers.get(job.rank());
    boolean oneHost =
        here.memory().sharesHostWith(there.memory()) || here.host().equals(there.host());
    if (options.transport().sharedMemory() == SharedMemoryUse.REQUIRED && oneHost && !inJvm(peer)) {
      throw CommunicationException.because(
          "rank "
              + job.rank()
              + " must share memory with rank "
              + peer
              + ", which did not work: "
              + reason(peer)
              + REMEDY);
    }
  }

  /** The wished size, or what all pairs of this host find room for. */
  private int ringBytes(int peer) {
    long pairs = 0;
    for (PeerAddress each : peers) {
      pairs += each.memory().fits(peers.get(peer).memory()) ? 1 : 0;
    }
    pairs = pairs * (pairs - 1) / 2;
    // Groups to come need room as well.
    long share = SharedMemoryPlace.freeBytes() / (4 * Math.max(1, pairs));
    long bytes = Math.min(options.transport().ringBytes(), share / 64 * 64);
    return (int) Math.max(SharedMemoryAgreement.MIN_RING_BYTES, bytes);
  }

  private String tcp(int peer) {
    int connections = options.transport().connections();
    return (options.encrypt() ? "encrypted tcp" : "tcp")
        + (connections == 1 ? "" : " over " + connections + " connections")
        + " ("
        + reason(peer)
        + ")";
  }

  /** Who is reached how and why, for people. */
  String links(List<Integer> ranks) {
    return ranks.stream()
        .filter(peer -> peer != job.rank())
        .collect(
            Collectors.groupingBy(
                peer -> reached.getOrDefault(peer, "nothing"),
                TreeMap::new,
                Collectors.mapping(String::valueOf, Collectors.joining(", "))))
        .entrySet()
        .stream()
        .map(entry -> "ranks " + entry.getValue() + " by " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  /** How long a waiting thread looks again: not at all when ranks outnumber the cores here. */
  long spinNanos() {
    String host = peers.get(job.rank()).host();
    long here = peers.stream().filter(peer -> peer.host().equals(host)).count();
    return here > Runtime.getRuntime().availableProcessors() ? 0 : options.spin().toNanos();
  }

  /** For messages. */
  String text(int peer) {
    return peers.get(peer).text();
  }
}
