package ai.cresset.parallel.comm.collective;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Moves several flows at once on the calling thread, in both directions, so that no order of sizes
 * can deadlock. One exchange carries out one operation.
 */
public final class Exchange {
  /**
   * How much longer it is worth to look again while a peer is at it: to sleep costs two wake-ups.
   */
  private static final int BUSY_PEER = 8;

  /** The same where nothing but the peers' own computation is waited for. */
  private static final int MEETING = 40;

  private final Links links;
  private final Fingerprint fingerprint;
  private final Deadline deadline;
  private final boolean besideCompute;
  private long sentBytes;
  private long receivedBytes;
  private boolean meeting;

  /**
   * @param besideCompute whether other threads of this rank compute meanwhile, so that the
   *     processor is better left to them than used to look for bytes
   */
  public Exchange(Links links, Fingerprint fingerprint, Deadline deadline, boolean besideCompute) {
    this.links = links;
    this.fingerprint = fingerprint;
    this.deadline = deadline;
    this.besideCompute = besideCompute;
  }

  Links links() {
    return links;
  }

  Fingerprint fingerprint() {
    return fingerprint;
  }

  /** Bytes given to channels or through shared memory so far, fingerprints included. */
  public long sentBytes() {
    return sentBytes;
  }

  /** Bytes taken from channels or through shared memory so far, fingerprints included. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /**
   * Says that ranks only meet here, and move what they have to move themselves: no thread of a peer
   * needs the processor that is used to look for it, so it is worth to look for longer.
   */
  void meeting() {
    meeting = true;
  }

  /** How long to look again, before the first byte of a flow or after it. */
  private long patience(boolean moved) {
    if (besideCompute) {
      return links.spinNanos();
    }
    // Before the first byte a peer may compute for long; after it, it is about to go on.
    return (meeting ? MEETING : moved ? BUSY_PEER : 1) * links.spinNanos();
  }

  /** So many bytes went through memory that peers share, each way. */
  void moved(long bytes) {
    sentBytes += bytes;
    receivedBytes += bytes;
  }

  /** One message in and one out. */
  void run(Flow in, Flow out) throws PeerLostException {
    run(List.of(in), List.of(out));
  }

  /** Runs until all flows are done. */
  void run(List<? extends Flow> in, List<? extends Flow> out) throws PeerLostException {
    long idleSince = 0;
    long patience = patience(false);
    while (true) {
      boolean moved = false;
      boolean open = false;
      // Plain loops: this is the path of a small message.
      for (int i = 0; i < out.size(); i++) {
        Flow flow = out.get(i);
        moved |= push(flow);
        open |= !flow.isDone() || !flushed(flow);
      }
      for (int i = 0; i < in.size(); i++) {
        Flow flow = in.get(i);
        moved |= pull(flow);
        open |= !flow.isDone();
      }
      if (!open) {
        return;
      }
      if (moved) {
        idleSince = 0;
        patience = patience(true);
        continue;
      }
      links.checkFailure();
      long now = System.nanoTime();
      if (idleSince == 0) {
        idleSince = now;
      }
      if (now - idleSince < patience) {
        Thread.onSpinWait();
      } else {
        sleep(in, out);
      }
    }
  }

  private boolean push(Flow flow) throws PeerLostException {
    if (flow.isDone()) {
      return false;
    }
    ByteBuffer buffer = flow.buffer();
    if (buffer == null) {
      return false;
    }
    try {
      int count = links.channel(flow.peer()).write(buffer);
      sentBytes += count;
      if (!buffer.hasRemaining()) {
        flow.advance();
        return true;
      }
      return count > 0;
    } catch (IOException e) {
      throw lost(flow.peer(), e);
    }
  }

  private boolean pull(Flow flow) throws PeerLostException {
    if (flow.isDone()) {
      return false;
    }
    ByteBuffer buffer = flow.buffer();
    if (buffer == null) {
      return false;
    }
    try {
      int count = links.channel(flow.peer()).read(buffer);
      receivedBytes += count;
      flow.received(buffer, links.rank());
      if (!buffer.hasRemaining()) {
        flow.advance();
        return true;
      }
      return count > 0;
    } catch (IOException e) {
      throw lost(flow.peer(), e);
    }
  }

  private boolean flushed(Flow flow) throws PeerLostException {
    try {
      return links.channel(flow.peer()).flush();
    } catch (IOException e) {
      throw lost(flow.peer(), e);
    }
  }

  private PeerLostException lost(int peer, IOException e) {
    if (e instanceof ClosedByInterruptException) {
      throw interrupted();
    }
    return new PeerLostException(peer, e);
  }

  private CommunicationException interrupted() {
    return CommunicationException.because(
        "the thread of rank " + links.rank() + " was interrupted during " + fingerprint);
  }

  private void sleep(List<? extends Flow> in, List<? extends Flow> out) throws PeerLostException {
    if (deadline.isOver()) {
      throw CommunicationException.because(
          fingerprint
              + " did not end within "
              + deadline.text()
              + ": rank "
              + links.rank()
              + " still waits "
              + waiting(in, out)
              + "; peers that compute longer than this between two operations need a larger"
              + " CommOptions.operationTimeout");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted();
    }
    want(in, Channel.READ);
    for (Flow flow : out) {
      if (flow.isDone() ? !flushed(flow) : flow.buffer() != null) {
        want(flow, reads(in, flow.peer()) ? Channel.READ | Channel.WRITE : Channel.WRITE);
      }
    }
    try {
      links.poller().await(deadline.remainingNanos());
    } catch (IOException e) {
      throw new UncheckedIOException("the poller of rank " + links.rank() + " failed", e);
    }
    want(in, 0);
    want(out, 0);
  }

  private void want(List<? extends Flow> flows, int interest) throws PeerLostException {
    for (Flow flow : flows) {
      want(flow, flow.isDone() ? 0 : interest);
    }
  }

  private void want(Flow flow, int interest) throws PeerLostException {
    try {
      links.channel(flow.peer()).want(interest);
    } catch (IOException e) {
      throw lost(flow.peer(), e);
    }
  }

  private static boolean reads(List<? extends Flow> in, int peer) {
    for (Flow flow : in) {
      if (flow.peer() == peer && !flow.isDone()) {
        return true;
      }
    }
    return false;
  }

  private static String waiting(List<? extends Flow> in, List<? extends Flow> out) {
    return Stream.of(text(in, "for data from"), text(out, "to send to"))
        .filter(text -> text != null)
        .collect(Collectors.joining(" and "));
  }

  private static @Nullable String text(List<? extends Flow> flows, String what) {
    String peers =
        flows.stream()
            .filter(flow -> !flow.isDone())
            .map(flow -> "rank " + flow.peer())
            .collect(Collectors.joining(", "));
    return peers.isEmpty() ? null : what + " " + peers;
  }
}
