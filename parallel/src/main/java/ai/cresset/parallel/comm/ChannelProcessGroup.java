package ai.cresset.parallel.comm;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.Poller;
import ai.cresset.parallel.comm.collective.Exchange;
import ai.cresset.parallel.comm.collective.Links;
import ai.cresset.parallel.comm.collective.PeerLostException;
import ai.cresset.parallel.comm.shm.CommonRegion;
import ai.cresset.type.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process group over one channel to each peer. */
final class ChannelProcessGroup implements ProcessGroup {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelProcessGroup.class);
  private static final int MAX_BYTES_PER_RANK = 1 << 26;
  private static final int SHOWN_OPERATIONS = 5;

  /** Whoever watches a process's memory counts what it maps of others' as its own. */
  private static final long MAX_COMMON_BYTES = 1L << 30;

  private final Endpoint endpoint;
  private final String name;
  private final List<Integer> jobRanks;
  private final int rank;
  private final List<@Nullable Channel> channels;
  private final Poller poller;
  private final Links links;
  private final OperationFactory operations;
  private final OperationQueue queue;
  private final CommRecorder recorder;
  private final Map<String, Integer> subgroups = new HashMap<>();
  private final Map<Storage, CommonMemory> common =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final AtomicInteger commonCount = new AtomicInteger();
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
    this.operations = new OperationFactory(rank, jobRanks.size(), options.link());
    this.recorder = new CommRecorder(options.recordedOperations());
    endpoint.flights().add(name, recorder);
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
  public long jobSentBytes() {
    return endpoint.flights().sentBytes();
  }

  @Override
  public String description() {
    return "group "
        + name
        + " of ranks "
        + jobRanks
        + "; "
        + endpoint.links(jobRanks)
        + "; "
        + operations.algorithms()
        + "then ring in segments of "
        + options().segmentBytes()
        + " bytes; "
        + options().link();
  }

  // Operations.

  @Override
  public Work allReduceAsync(Slice slice, ReduceOp op, ReduceOrder order) {
    return queue.submit(operations.allReduce(slice, op, order, common.get(slice.storage())));
  }

  @Override
  public void allReduce(Slice slice, ReduceOp op, ReduceOrder order) {
    queue.run(operations.allReduce(slice, op, order, common.get(slice.storage())));
  }

  @Override
  public Work reduceAsync(Slice slice, ReduceOp op, ReduceOrder order, int root) {
    return queue.submit(operations.reduce(slice, op, order, root));
  }

  @Override
  public void reduce(Slice slice, ReduceOp op, ReduceOrder order, int root) {
    queue.run(operations.reduce(slice, op, order, root));
  }

  @Override
  public Work broadcastAsync(Slice slice, int root) {
    return queue.submit(operations.broadcast(slice, root));
  }

  @Override
  public void broadcast(Slice slice, int root) {
    queue.run(operations.broadcast(slice, root));
  }

  @Override
  public Work allGatherAsync(Slice input, Slice output, long[] counts) {
    return queue.submit(operations.allGather(input, output, counts));
  }

  @Override
  public void allGather(Slice input, Slice output, long[] counts) {
    queue.run(operations.allGather(input, output, counts));
  }

  @Override
  public Work reduceScatterAsync(
      Slice input, Slice output, long[] counts, ReduceOp op, ReduceOrder order) {
    return queue.submit(operations.reduceScatter(input, output, counts, op, order));
  }

  @Override
  public void reduceScatter(
      Slice input, Slice output, long[] counts, ReduceOp op, ReduceOrder order) {
    queue.run(operations.reduceScatter(input, output, counts, op, order));
  }

  @Override
  public Work gatherAsync(Slice input, @Nullable Slice output, long[] counts, int root) {
    return queue.submit(operations.gather(input, output, counts, root));
  }

  @Override
  public void gather(Slice input, @Nullable Slice output, long[] counts, int root) {
    queue.run(operations.gather(input, output, counts, root));
  }

  @Override
  public Work scatterAsync(@Nullable Slice input, Slice output, long[] counts, int root) {
    return queue.submit(operations.scatter(input, output, counts, root));
  }

  @Override
  public void scatter(@Nullable Slice input, Slice output, long[] counts, int root) {
    queue.run(operations.scatter(input, output, counts, root));
  }

  @Override
  public Work allToAllAsync(Slice input, long[] inputCounts, Slice output, long[] outputCounts) {
    return queue.submit(operations.allToAll(input, inputCounts, output, outputCounts));
  }

  @Override
  public void allToAll(Slice input, long[] inputCounts, Slice output, long[] outputCounts) {
    queue.run(operations.allToAll(input, inputCounts, output, outputCounts));
  }

  @Override
  public Work barrierAsync() {
    return queue.submit(operations.barrier());
  }

  @Override
  public void barrier() {
    queue.run(operations.barrier());
  }

  @Override
  public Work exchangeAsync(List<Transfer> transfers) {
    return queue.submit(operations.exchange(transfers));
  }

  @Override
  public void exchange(List<Transfer> transfers) {
    queue.run(operations.exchange(transfers));
  }

  // Small objects.

  @Override
  public List<byte[]> allGatherBytes(byte[] bytes) {
    if (bytes.length > MAX_BYTES_PER_RANK) {
      throw ShapeException.mismatch(
          "allGatherBytes", "at most " + MAX_BYTES_PER_RANK + " bytes", bytes.length);
    }
    Storage lengths = endpoint.allocator().allocate(Long.BYTES * (long) size());
    try {
      Slice slots = Slice.of(lengths, DType.INT64).part(0, size());
      Slice own = slots.part(rank, 1);
      NativeMemory.putLong(own.address(), bytes.length);
      allGather(own, slots);
      long[] counts = new long[size()];
      NativeMemory.read(slots.address(), counts, 0, size());
      return allGatherBytes(bytes, counts);
    } finally {
      lengths.release();
    }
  }

  private List<byte[]> allGatherBytes(byte[] bytes, long[] counts) {
    long total = Arrays.stream(counts).sum();
    long start = Arrays.stream(counts).limit(rank).sum();
    Storage content = endpoint.allocator().allocate(total);
    try {
      Slice all = new Slice(content, 0, total, DType.UINT8);
      Slice own = all.part(start, bytes.length);
      NativeMemory.write(bytes, 0, own.address(), bytes.length);
      allGather(own, all, counts);
      List<byte[]> parts = new ArrayList<>();
      long next = all.address();
      for (long count : counts) {
        byte[] one = new byte[Math.toIntExact(count)];
        NativeMemory.read(next, one, 0, one.length);
        parts.add(one);
        next += count;
      }
      return parts;
    } finally {
      content.release();
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

  // Memory.

  @Override
  public CommonMemory commonMemory(long bytes) {
    CommonRegion.Result found = agree(bytes);
    String refusal = found.refusal();
    if (refusal != null && size() > 1 && endpoint.whyNotCommon(jobRanks) == null) {
      LOG.info("group {}: {} bytes go through channels ({})", name, bytes, refusal);
    }
    List<Storage> all = new ArrayList<>(found.storages());
    try {
      if (!all.isEmpty()) {
        Storage mapped = all.get(rank);
        all.set(rank, endpoint.allocator().adopt(mapped.address(), bytes, mapped::release));
      }
    } catch (RuntimeException e) {
      all.forEach(Storage::release);
      throw e;
    }
    CommonMemory memory =
        new CommonMemory(
            all.isEmpty() ? zeros(bytes) : all.get(rank),
            all,
            commonCount.getAndIncrement(),
            refusal,
            gone -> common.remove(gone.storage()));
    common.put(memory.storage(), memory);
    return memory;
  }

  private CommonRegion.Result agree(long bytes) {
    if (size() == 1) {
      return new CommonRegion.Result(List.of(), "there is one rank");
    }
    try {
      return CommonRegion.agree(
          rank, size(), bytes, whyNotCommon(bytes), each -> allGatherBytes(each));
    } catch (IOException e) {
      throw new UncheckedIOException("memory could not be shared", e);
    }
  }

  private Storage zeros(long bytes) {
    Storage storage = endpoint.allocator().allocate(bytes);
    NativeMemory.fill(storage.address(), bytes, (byte) 0);
    return storage;
  }

  private @Nullable String whyNotCommon(long bytes) {
    long all = bytes * size();
    synchronized (common) {
      for (CommonMemory each : common.values()) {
        all += each.refusal() == null ? each.storage().bytes() * size() : 0;
      }
    }
    String why = endpoint.whyNotCommon(jobRanks);
    return why == null && all > MAX_COMMON_BYTES
        ? all + " bytes of all ranks are more than the " + MAX_COMMON_BYTES + " a rank maps"
        : why;
  }

  // Sub-groups.

  @Override
  public ProcessGroup subgroup(List<Integer> ranks) {
    ranks.forEach(each -> operations.checkRank("rank", each));
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
    Exchange exchange =
        new Exchange(
            links,
            operation.fingerprint(),
            Deadline.after(options().operationTimeout()),
            queue.isOwnThread());
    try {
      endpoint.checkFailure();
      operation.run(exchange);
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
            exchange.sentBytes(),
            exchange.receivedBytes(),
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
    String theirs =
        failure == null || failure.rank() == endpoint.rank()
            ? ""
            : endpoint.flights().of(failure.rank());
    return CommunicationException.because(
        why
            + "\nin "
            + operation.fingerprint()
            + " on rank "
            + rank
            + " of group "
            + name
            + (last.isEmpty() ? "" : "; before it:" + last)
            + (theirs.isEmpty()
                ? ""
                : "\nrank " + Objects.requireNonNull(failure).rank() + " did last: " + theirs),
        cause);
  }

  @Override
  public String flightRecord() {
    return endpoint.flights().text();
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
