package ai.cresset.parallel.comm;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.Poller;
import ai.cresset.parallel.comm.collective.AllGather;
import ai.cresset.parallel.comm.collective.AllReduce;
import ai.cresset.parallel.comm.collective.Barrier;
import ai.cresset.parallel.comm.collective.Broadcast;
import ai.cresset.parallel.comm.collective.Exchange;
import ai.cresset.parallel.comm.collective.Fingerprint;
import ai.cresset.parallel.comm.collective.Fingerprint.Algorithm;
import ai.cresset.parallel.comm.collective.Fingerprint.Kind;
import ai.cresset.parallel.comm.collective.Links;
import ai.cresset.parallel.comm.collective.Messages;
import ai.cresset.parallel.comm.collective.PeerLostException;
import ai.cresset.parallel.comm.collective.ReduceScatter;
import ai.cresset.type.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process group over one channel to each peer. */
final class ChannelProcessGroup implements ProcessGroup {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelProcessGroup.class);
  private static final int MAX_BYTES_PER_RANK = 1 << 26;
  private static final int SHOWN_OPERATIONS = 5;

  private final Endpoint endpoint;
  private final String name;
  private final List<Integer> jobRanks;
  private final int rank;
  private final List<@Nullable Channel> channels;
  private final Poller poller;
  private final Links links;
  private final Messages messages;
  private final OperationQueue queue;
  private final CommRecorder recorder;
  private final long doublingBytes;
  private final Map<String, Integer> subgroups = new HashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  ChannelProcessGroup(
      Endpoint endpoint,
      String name,
      List<Integer> jobRanks,
      List<@Nullable Channel> channels,
      Poller poller) {
    this.endpoint = endpoint;
    this.name = name;
    this.jobRanks = List.copyOf(jobRanks);
    this.rank = jobRanks.indexOf(endpoint.rank());
    this.channels = channels;
    this.poller = poller;
    CommOptions options = endpoint.options();
    this.links =
        new Links(
            rank,
            channels,
            poller,
            endpoint.allocator(),
            options.segmentBytes(),
            endpoint.spinNanos(),
            endpoint::checkFailure);
    this.messages = new Messages(jobRanks.size());
    this.recorder = new CommRecorder(options.recordedOperations());
    this.doublingBytes = options.link().doublingBytes(jobRanks.size());
    this.queue = new OperationQueue("cresset-comm-" + name + "-rank-" + rank, this::carryOut);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return jobRanks.size();
  }

  @Override
  public List<Integer> jobRanks() {
    return jobRanks;
  }

  @Override
  public CommOptions options() {
    return endpoint.options();
  }

  @Override
  public CommRecorder recorder() {
    return recorder;
  }

  @Override
  public String description() {
    return "group "
        + name
        + " of ranks "
        + jobRanks
        + "; "
        + endpoint.links(jobRanks)
        + "; recursive doubling up to "
        + doublingBytes
        + " bytes, then ring in segments of "
        + options().segmentBytes()
        + " bytes; "
        + options().link();
  }

  // Operations.

  @Override
  public Work allReduceAsync(Slice slice, ReduceOp op, ReduceOrder order) {
    return queue.submit(allReduceOperation(slice, op, order));
  }

  @Override
  public void allReduce(Slice slice, ReduceOp op, ReduceOrder order) {
    queue.run(allReduceOperation(slice, op, order));
  }

  private Operation allReduceOperation(Slice slice, ReduceOp op, ReduceOrder order) {
    AllReduce.check(slice.dtype());
    Algorithm algorithm =
        order == ReduceOrder.RANK_ORDER
            ? Algorithm.RANK_ORDER
            : slice.bytes() <= doublingBytes ? Algorithm.RECURSIVE_DOUBLING : Algorithm.RING;
    return new Operation(
        fingerprint(Kind.ALL_REDUCE, algorithm, slice, op, -1),
        List.of(slice),
        exchange -> AllReduce.run(exchange, slice, op));
  }

  @Override
  public Work broadcastAsync(Slice slice, int root) {
    return queue.submit(broadcastOperation(slice, root));
  }

  @Override
  public void broadcast(Slice slice, int root) {
    queue.run(broadcastOperation(slice, root));
  }

  private Operation broadcastOperation(Slice slice, int root) {
    checkRank("root", root);
    return new Operation(
        fingerprint(Kind.BROADCAST, Algorithm.TREE, slice, null, root),
        List.of(slice),
        exchange -> Broadcast.run(exchange, slice, root));
  }

  @Override
  public Work allGatherAsync(Slice input, Slice output) {
    return queue.submit(allGatherOperation(input, output));
  }

  @Override
  public void allGather(Slice input, Slice output) {
    queue.run(allGatherOperation(input, output));
  }

  private Operation allGatherOperation(Slice input, Slice output) {
    checkParts("all_gather", output, input);
    return new Operation(
        fingerprint(Kind.ALL_GATHER, Algorithm.RING, output, null, -1),
        List.of(output, input),
        exchange -> AllGather.run(exchange, input, output));
  }

  @Override
  public Work reduceScatterAsync(Slice input, Slice output, ReduceOp op, ReduceOrder order) {
    return queue.submit(reduceScatterOperation(input, output, op, order));
  }

  @Override
  public void reduceScatter(Slice input, Slice output, ReduceOp op, ReduceOrder order) {
    queue.run(reduceScatterOperation(input, output, op, order));
  }

  private Operation reduceScatterOperation(
      Slice input, Slice output, ReduceOp op, ReduceOrder order) {
    AllReduce.check(input.dtype());
    checkParts("reduce_scatter", input, output);
    Algorithm algorithm = order == ReduceOrder.RANK_ORDER ? Algorithm.RANK_ORDER : Algorithm.RING;
    return new Operation(
        fingerprint(Kind.REDUCE_SCATTER, algorithm, input, op, -1),
        List.of(input, output),
        exchange -> ReduceScatter.run(exchange, input, output, op));
  }

  @Override
  public void barrier() {
    Fingerprint fingerprint =
        new Fingerprint(Kind.BARRIER, Algorithm.RECURSIVE_DOUBLING, 0, DType.UINT8, 0, null, -1);
    queue.run(new Operation(fingerprint, List.of(), Barrier::run));
  }

  @Override
  public Work exchangeAsync(List<Transfer> transfers) {
    return queue.submit(exchangeOperation(transfers));
  }

  @Override
  public void exchange(List<Transfer> transfers) {
    queue.run(exchangeOperation(transfers));
  }

  private Operation exchangeOperation(List<Transfer> transfers) {
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
        new Fingerprint(Kind.MESSAGE, Algorithm.DIRECT, 0, DType.UINT8, bytes, null, -1);
    return new Operation(
        fingerprint,
        all.stream().map(Transfer::slice).toList(),
        exchange -> messages.run(exchange, all));
  }

  private static Fingerprint fingerprint(
      Kind kind, Algorithm algorithm, Slice slice, @Nullable ReduceOp op, int root) {
    return new Fingerprint(kind, algorithm, 0, slice.dtype(), slice.count(), op, root);
  }

  private void checkRank(String what, int value) {
    if (value < 0 || value >= size()) {
      throw CommunicationException.because(
          what + " " + value + " is no rank of a group of " + size());
    }
  }

  private void checkParts(String operation, Slice whole, Slice part) {
    if (whole.dtype() != part.dtype()) {
      throw DTypeException.mismatch(operation, whole.dtype(), part.dtype());
    }
    if (whole.count() != size() * part.count()) {
      throw ShapeException.mismatch(
          operation + " over " + size() + " ranks",
          size() * part.count() + " elements for parts of " + part.count(),
          whole.count() + "; pad the parts to equal length");
    }
  }

  // Small objects.

  @Override
  public List<byte[]> allGatherBytes(byte[] bytes) {
    if (bytes.length > MAX_BYTES_PER_RANK) {
      throw ShapeException.mismatch(
          "allGatherBytes", "at most " + MAX_BYTES_PER_RANK + " bytes", bytes.length);
    }
    Storage lengths = endpoint.allocator().allocate(Long.BYTES * (1L + size()));
    try {
      Slice slots = Slice.of(lengths, DType.INT64);
      NativeMemory.putLong(slots.address(), bytes.length);
      allGather(slots.part(0, 1), slots.part(1, size()));
      long[] length = new long[size()];
      NativeMemory.read(slots.address() + Long.BYTES, length, 0, size());
      int longest = (int) IntStream.range(0, size()).mapToLong(i -> length[i]).max().orElse(0);
      return allGatherPadded(bytes, length, longest);
    } finally {
      lengths.release();
    }
  }

  private List<byte[]> allGatherPadded(byte[] bytes, long[] length, int longest) {
    Storage padded = endpoint.allocator().allocate(longest * (1L + size()));
    try {
      Slice slots = new Slice(padded, 0, longest * (1L + size()), DType.UINT8);
      NativeMemory.fill(slots.address(), longest, (byte) 0);
      NativeMemory.write(bytes, 0, slots.address(), bytes.length);
      allGather(slots.part(0, longest), slots.part(longest, (long) longest * size()));
      List<byte[]> all = new ArrayList<>();
      for (int peer = 0; peer < size(); peer++) {
        byte[] one = new byte[(int) length[peer]];
        NativeMemory.read(slots.address() + longest * (1L + peer), one, 0, one.length);
        all.add(one);
      }
      return all;
    } finally {
      padded.release();
    }
  }

  @Override
  public byte[] broadcastBytes(byte[] bytes, int root) {
    Storage length = endpoint.allocator().allocate(Long.BYTES);
    try {
      NativeMemory.putLong(length.address(), bytes.length);
      broadcast(Slice.of(length, DType.INT64), root);
      int count = Math.toIntExact(NativeMemory.getLong(length.address()));
      Storage content = endpoint.allocator().allocate(count);
      try {
        if (rank == root) {
          NativeMemory.write(bytes, 0, content.address(), count);
        }
        broadcast(new Slice(content, 0, count, DType.UINT8), root);
        byte[] result = new byte[count];
        NativeMemory.read(content.address(), result, 0, count);
        return result;
      } finally {
        content.release();
      }
    } finally {
      length.release();
    }
  }

  // Sub-groups.

  @Override
  public ProcessGroup subgroup(List<Integer> ranks) {
    ranks.forEach(each -> checkRank("rank", each));
    if (!ranks.contains(rank) || ranks.stream().distinct().count() != ranks.size()) {
      throw ConfigException.value(
          "ranks of a subgroup", ranks, "different ranks, this one (" + rank + ") among them");
    }
    List<Integer> members = ranks.stream().map(jobRanks::get).toList();
    int number;
    synchronized (subgroups) {
      number = subgroups.merge(members.toString(), 1, Integer::sum);
    }
    // Only members call, so the name is made of what all members know.
    String unique = name + members + number;
    String id = UUID.nameUUIDFromBytes(unique.getBytes(StandardCharsets.UTF_8)).toString();
    endpoint.checkFailure();
    endpoint.retain();
    try {
      return endpoint.group(id, members);
    } catch (RuntimeException e) {
      endpoint.abort(e);
      endpoint.release();
      throw e;
    }
  }

  @Override
  public ProcessGroup split(int color) {
    List<byte[]> colors = allGatherBytes(Integer.toString(color).getBytes(StandardCharsets.UTF_8));
    String own = Integer.toString(color);
    List<Integer> same =
        IntStream.range(0, size())
            .filter(peer -> new String(colors.get(peer), StandardCharsets.UTF_8).equals(own))
            .boxed()
            .toList();
    return subgroup(same);
  }

  // Running and failing.

  /** Runs one operation; called by the queue, one at a time. */
  private void carryOut(Operation operation) {
    long start = System.nanoTime();
    @Nullable RuntimeException error = null;
    try {
      endpoint.checkFailure();
      operation.run(
          new Exchange(
              links, operation.fingerprint(), Deadline.after(options().operationTimeout())));
    } catch (PeerLostException e) {
      endpoint.lost(jobRanks.get(e.peer()), e);
      error = explain(operation, e);
    } catch (Throwable e) {
      // Whatever it is, the peers must not wait for this rank.
      endpoint.abort(e);
      error = explain(operation, e);
    }
    recorder.add(
        new CommRecorder.Entry(
            operation.fingerprint(),
            operation.bytes(),
            operation.submittedNanos(),
            start,
            System.nanoTime(),
            Thread.currentThread().getName(),
            error != null));
    operation.end(error);
  }

  private RuntimeException explain(Operation operation, Throwable symptom) {
    Failure failure = endpoint.failure();
    String why =
        failure == null ? String.valueOf(symptom.getMessage()) : failure.explain(endpoint.rank());
    Throwable cause = failure == null || failure.cause() == null ? symptom : failure.cause();
    String last = recorder.dump(SHOWN_OPERATIONS);
    return CommunicationException.because(
        why
            + "\nin "
            + operation.fingerprint()
            + " on rank "
            + rank
            + " of group "
            + name
            + (last.isEmpty() ? "" : "; before it:" + last),
        cause);
  }

  @Override
  public void abort(Throwable cause) {
    if (!closed.get()) {
      endpoint.abort(cause);
    }
  }

  @Override
  public boolean isAborted() {
    return endpoint.failure() != null;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    queue.close();
    endpoint.forget(poller);
    endpoint.release();
    for (Channel channel : channels) {
      if (channel != null) {
        channel.close();
      }
    }
    links.close();
    try {
      poller.close();
    } catch (IOException e) {
      LOG.warn("the poller of rank {} could not be closed: {}", rank, e.toString());
    }
  }
}
