package ai.cresset.parallel.comm.collective;

import ai.cresset.parallel.comm.Slice;
import ai.cresset.parallel.comm.Transfer;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Messages between pairs of ranks, all at once. */
public final class Messages {
  private final long[] sent;
  private final long[] received;

  /** Counts messages per pair of ranks, for a group of {@code size}. */
  public Messages(int size) {
    this.sent = new long[size];
    this.received = new long[size];
  }

  public void run(Exchange exchange, List<Transfer> transfers) throws PeerLostException {
    int segmentBytes = exchange.links().segmentBytes();
    Map<Integer, List<Flow>> in = new TreeMap<>();
    Map<Integer, List<Flow>> out = new TreeMap<>();
    for (Transfer transfer : transfers) {
      Slice slice = transfer.slice();
      int peer = transfer.peer();
      if (transfer instanceof Transfer.Send) {
        out.computeIfAbsent(peer, ignored -> new ArrayList<>())
            .add(
                new MemoryOutbound(
                    peer,
                    fingerprint(sent[peer]++, slice.dtype(), slice.count()),
                    segmentBytes,
                    slice.address(),
                    slice.bytes(),
                    null));
      } else {
        in.computeIfAbsent(peer, ignored -> new ArrayList<>())
            .add(
                new MemoryInbound(
                    peer,
                    fingerprint(received[peer]++, slice.dtype(), slice.count()),
                    segmentBytes,
                    slice.address(),
                    slice.bytes()));
      }
    }
    exchange.run(sequences(in), sequences(out));
  }

  private static List<FlowSequence> sequences(Map<Integer, List<Flow>> flows) {
    return flows.entrySet().stream()
        .map(entry -> new FlowSequence(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Fingerprint fingerprint(long sequence, DType dtype, long count) {
    return new Fingerprint(
        Fingerprint.Kind.MESSAGE,
        Fingerprint.Algorithm.DIRECT,
        sequence,
        dtype,
        count,
        null,
        -1,
        0);
  }
}
