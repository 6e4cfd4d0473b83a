package ai.cresset.parallel.comm;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.parallel.comm.collective.AllGather;
import ai.cresset.parallel.comm.collective.AllReduce;
import ai.cresset.parallel.comm.collective.AllToAll;
import ai.cresset.parallel.comm.collective.Barrier;
import ai.cresset.parallel.comm.collective.Broadcast;
import ai.cresset.parallel.comm.collective.Fingerprint;
import ai.cresset.parallel.comm.collective.Fingerprint.Algorithm;
import ai.cresset.parallel.comm.collective.Fingerprint.Kind;
import ai.cresset.parallel.comm.collective.Gather;
import ai.cresset.parallel.comm.collective.Messages;
import ai.cresset.parallel.comm.collective.Reduce;
import ai.cresset.parallel.comm.collective.ReduceScatter;
import ai.cresset.parallel.comm.collective.Scatter;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes operations of one group: checks their arguments before anything is sent, and chooses their
 * algorithms from sizes and number of ranks alone.
 */
final class OperationFactory {
  private static final int NO_ROOT = -1;
  private static final int EVEN = 0;

  private final int rank;
  private final int size;
  private final long doublingBytes;
  private final long halvingBytes;
  private final Messages messages;

  OperationFactory(int rank, int size, LinkModel link) {
    this.rank = rank;
    this.size = size;
    this.doublingBytes = link.doublingBytes(size);
    this.halvingBytes = link.halvingBytes(size);
    this.messages = new Messages(size);
  }

  /** Which algorithm makes all-reduces of which sizes, for people. */
  String algorithms() {
    return "recursive doubling up to "
        + doublingBytes
        + " bytes, "
        + (halvingBytes > doublingBytes ? "halving up to " + halvingBytes + " bytes, " : "");
  }

  /**
   * An all-reduce.
   *
   * @param common where the slice is, if other ranks reach it
   */
  Operation allReduce(Slice slice, ReduceOp op, ReduceOrder order, @Nullable CommonMemory common) {
    AllReduce.check(slice.dtype());
    Algorithm algorithm =
        order == ReduceOrder.RANK_ORDER
            ? Algorithm.RANK_ORDER
            : slice.bytes() <= doublingBytes ? Algorithm.RECURSIVE_DOUBLING : halvingOrRing(slice);
    boolean inParts = algorithm == Algorithm.HALVING || algorithm == Algorithm.RING;
    List<Slice> all = common == null ? List.of() : common.slices(slice);
    if (common != null && !all.isEmpty() && inParts && AllReduce.takesCommon(slice.dtype())) {
      List<Slice> held = new ArrayList<>(all);
      held.add(0, slice);
      return new Operation(
          fingerprint(Kind.ALL_REDUCE, algorithm, slice, op, NO_ROOT, common.layout(slice)),
          held,
          exchange -> AllReduce.runInCommon(exchange, all, op));
    }
    return new Operation(
        fingerprint(Kind.ALL_REDUCE, algorithm, slice, op, NO_ROOT, EVEN),
        List.of(slice),
        exchange -> AllReduce.run(exchange, slice, op));
  }

  Operation reduce(Slice slice, ReduceOp op, ReduceOrder order, int root) {
    AllReduce.check(slice.dtype());
    checkRank("root", root);
    Algorithm algorithm =
        order == ReduceOrder.RANK_ORDER
            ? Algorithm.RANK_ORDER
            : slice.bytes() <= LinkModel.MAX_DOUBLING_BYTES ? Algorithm.TREE : Algorithm.RING;
    return new Operation(
        fingerprint(Kind.REDUCE, algorithm, slice, op, root, EVEN),
        List.of(slice),
        exchange -> Reduce.run(exchange, slice, op, root));
  }

  Operation broadcast(Slice slice, int root) {
    checkRank("root", root);
    return new Operation(
        fingerprint(Kind.BROADCAST, Algorithm.TREE, slice, null, root, EVEN),
        List.of(slice),
        exchange -> Broadcast.run(exchange, slice, root));
  }

  Operation allGather(Slice input, Slice output, long[] counts) {
    long[] lengths = checkParts("all_gather", output, input, counts);
    Algorithm algorithm =
        output.bytes() <= LinkModel.MAX_DOUBLING_BYTES ? Algorithm.DIRECT : Algorithm.RING;
    return new Operation(
        fingerprint(Kind.ALL_GATHER, algorithm, output, null, NO_ROOT, layout(lengths)),
        List.of(output, input),
        exchange -> AllGather.run(exchange, input, output, lengths));
  }

  Operation reduceScatter(
      Slice input, Slice output, long[] counts, ReduceOp op, ReduceOrder order) {
    AllReduce.check(input.dtype());
    long[] lengths = checkParts("reduce_scatter", input, output, counts);
    Algorithm algorithm =
        order == ReduceOrder.RANK_ORDER ? Algorithm.RANK_ORDER : halvingOrRing(input);
    return new Operation(
        fingerprint(Kind.REDUCE_SCATTER, algorithm, input, op, NO_ROOT, layout(lengths)),
        List.of(input, output),
        exchange -> ReduceScatter.run(exchange, input, output, lengths, op));
  }

  Operation gather(Slice input, @Nullable Slice output, long[] counts, int root) {
    checkRank("root", root);
    long[] lengths = checkCounts("gather", counts);
    checkOwnPart("gather", input, lengths);
    if (rank == root) {
      checkWhole("gather", present("gather", "output", output), input, lengths);
    }
    Slice whole = rank == root ? output : null;
    return new Operation(
        partsAtRoot(Kind.GATHER, input, root, lengths),
        whole == null ? List.of(input) : List.of(input, whole),
        exchange -> Gather.run(exchange, input, whole, lengths, root));
  }

  Operation scatter(@Nullable Slice input, Slice output, long[] counts, int root) {
    checkRank("root", root);
    long[] lengths = checkCounts("scatter", counts);
    checkOwnPart("scatter", output, lengths);
    if (rank == root) {
      checkWhole("scatter", present("scatter", "input", input), output, lengths);
    }
    Slice whole = rank == root ? input : null;
    return new Operation(
        partsAtRoot(Kind.SCATTER, output, root, lengths),
        whole == null ? List.of(output) : List.of(output, whole),
        exchange -> Scatter.run(exchange, whole, output, lengths, root));
  }

  Operation allToAll(Slice input, long[] inputCounts, Slice output, long[] outputCounts) {
    if (input.dtype() != output.dtype()) {
      throw DTypeException.mismatch("all_to_all", input.dtype(), output.dtype());
    }
    long[] from = checkCounts("all_to_all", inputCounts);
    long[] to = checkCounts("all_to_all", outputCounts);
    checkSum("all_to_all", "input", input, from);
    checkSum("all_to_all", "output", output, to);
    if (from[rank] != to[rank]) {
      throw ShapeException.mismatch(
          "all_to_all on rank " + rank,
          from[rank] + " elements from itself, as many as for itself",
          to[rank]);
    }
    // Ranks cannot know each other's sizes, so all take the same way.
    Algorithm algorithm = size <= 3 ? Algorithm.DIRECT : Algorithm.PAIRWISE;
    return new Operation(
        fingerprint(Kind.ALL_TO_ALL, algorithm, input, null, NO_ROOT, EVEN),
        List.of(input, output),
        exchange -> AllToAll.run(exchange, input, from, output, to));
  }

  Operation barrier() {
    Fingerprint fingerprint =
        new Fingerprint(
            Kind.BARRIER, Algorithm.RECURSIVE_DOUBLING, 0, DType.UINT8, 0, null, NO_ROOT, EVEN);
    return new Operation(fingerprint, List.of(), Barrier::run);
  }

  Operation exchange(List<Transfer> transfers) {
    List<Transfer> all = List.copyOf(transfers);
    for (Transfer transfer : all) {
      checkRank("peer", transfer.peer());
      if (transfer.peer() == rank) {
        throw CommunicationException.because(
            "rank " + rank + " wants to exchange a message with itself; copy the slice instead");
      }
    }
    long bytes = all.stream().mapToLong(transfer -> transfer.slice().bytes()).sum();
    Fingerprint fingerprint =
        new Fingerprint(Kind.MESSAGE, Algorithm.DIRECT, 0, DType.UINT8, bytes, null, NO_ROOT, EVEN);
    return new Operation(
        fingerprint,
        all.stream().map(Transfer::slice).toList(),
        exchange -> messages.run(exchange, all));
  }

  // Fingerprints.

  private Algorithm halvingOrRing(Slice whole) {
    return halvingBytes > 0 && whole.bytes() <= halvingBytes ? Algorithm.HALVING : Algorithm.RING;
  }

  private static Fingerprint fingerprint(
      Kind kind, Algorithm algorithm, Slice slice, @Nullable ReduceOp op, int root, int layout) {
    return new Fingerprint(kind, algorithm, 0, slice.dtype(), slice.count(), op, root, layout);
  }

  private static Fingerprint partsAtRoot(Kind kind, Slice part, int root, long[] counts) {
    return new Fingerprint(
        kind,
        Algorithm.DIRECT,
        0,
        part.dtype(),
        Arrays.stream(counts).sum(),
        null,
        root,
        layout(counts));
  }

  /** What tells two uneven cuts apart; 0 for an even one. */
  private static int layout(long[] counts) {
    return Arrays.stream(counts).allMatch(count -> count == counts[0])
        ? EVEN
        : Arrays.hashCode(counts) | 1;
  }

  // Checks.

  void checkRank(String what, int value) {
    if (value < 0 || value >= size) {
      throw CommunicationException.because(
          what + " " + value + " is no rank of a group of " + size);
    }
  }

  private static Slice present(String operation, String what, @Nullable Slice slice) {
    if (slice == null) {
      throw ShapeException.mismatch(operation + " at its root", "an " + what, "none");
    }
    return slice;
  }

  private long[] checkCounts(String operation, long[] counts) {
    if (counts.length != size || Arrays.stream(counts).anyMatch(count -> count < 0)) {
      throw ShapeException.mismatch(
          operation + " over " + size + " ranks",
          "one count of elements for each rank, none below 0",
          Arrays.toString(counts));
    }
    return counts.clone();
  }

  private long[] checkParts(String operation, Slice whole, Slice part, long[] counts) {
    long[] lengths = checkCounts(operation, counts);
    checkOwnPart(operation, part, lengths);
    checkWhole(operation, whole, part, lengths);
    return lengths;
  }

  private void checkOwnPart(String operation, Slice part, long[] counts) {
    if (part.count() != counts[rank]) {
      throw ShapeException.mismatch(
          operation + " on rank " + rank,
          counts[rank] + " elements, as the counts " + Arrays.toString(counts) + " say",
          part.count());
    }
  }

  private static void checkWhole(String operation, Slice whole, Slice part, long[] counts) {
    if (whole.dtype() != part.dtype()) {
      throw DTypeException.mismatch(operation, whole.dtype(), part.dtype());
    }
    checkSum(operation, "whole", whole, counts);
  }

  private static void checkSum(String operation, String what, Slice whole, long[] counts) {
    long sum = Arrays.stream(counts).sum();
    if (whole.count() != sum) {
      throw ShapeException.mismatch(
          operation + " over " + counts.length + " ranks",
          sum + " elements in the " + what + " for parts of " + Arrays.toString(counts),
          whole.count() + "; give counts where the parts differ");
    }
  }
}
