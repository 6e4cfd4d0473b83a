package ai.cresset.parallel.comm;

import ai.cresset.memory.Allocator;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ranks that run the same operations in the same order.
 *
 * <p>Operations named {@code ...Async} return at once and run in the order of submission on the
 * group's own thread; the others run on the calling thread when nothing is waiting. Every rank of
 * the group must submit the same operations in the same order; a difference is an error on every
 * rank that names both sides. Results have the same bits on all ranks, and again in every run with
 * the same number of ranks.
 *
 * <p>Every operation has a deadline. The first failure of any rank fails the group: operations
 * under way and all later ones throw {@link ai.cresset.error.CommunicationException} with the root
 * cause, on every rank. A failed group stays failed; close it and connect anew.
 *
 * <p>Thread-safe, as far as the order of operations is the same on all ranks.
 */
public interface ProcessGroup extends AutoCloseable {
  /**
   * Connects ranks that find each other through a rendezvous.
   *
   * @param host the address to listen on and to give to peers
   * @param secret what all ranks share, at least 16 random bytes
   */
  static ProcessGroup connect(
      Rendezvous rendezvous, String host, byte[] secret, CommOptions options) {
    return Endpoint.connect(rendezvous, host, secret, options, Allocator.current());
  }

  /** This rank in the group, from 0. */
  int rank();

  /** How many ranks the group has. */
  int size();

  /** The ranks of the group as ranks of the whole job. */
  List<Integer> jobRanks();

  CommOptions options();

  /** What the group has done. */
  CommRecorder recorder();

  /** Bytes that this rank has given to its channels, in this group and all of the same job. */
  long jobSentBytes();

  /**
   * The last operations of each rank of the job, of all its groups. Those of other ranks are known
   * after a failure, of all ranks that could still tell.
   */
  String flightRecord();

  /** Which transports and algorithms it uses, in one line. */
  String description();

  /**
   * Replaces {@code slice} by the combination of the slices of all ranks. {@code float32}, {@code
   * float64}, {@code int32}, {@code int64}; {@code bfloat16} and {@code float16} are combined in
   * {@code float32} and rounded once.
   */
  Work allReduceAsync(Slice slice, ReduceOp op, ReduceOrder order);

  void allReduce(Slice slice, ReduceOp op, ReduceOrder order);

  default Work allReduceAsync(Slice slice, ReduceOp op) {
    return allReduceAsync(slice, op, options().order());
  }

  default void allReduce(Slice slice, ReduceOp op) {
    allReduce(slice, op, options().order());
  }

  /**
   * Combines the slices of all ranks into that of {@code root}; the others stay as they are. Types
   * as in {@link #allReduce}.
   */
  Work reduceAsync(Slice slice, ReduceOp op, ReduceOrder order, int root);

  void reduce(Slice slice, ReduceOp op, ReduceOrder order, int root);

  default Work reduceAsync(Slice slice, ReduceOp op, int root) {
    return reduceAsync(slice, op, options().order(), root);
  }

  default void reduce(Slice slice, ReduceOp op, int root) {
    reduce(slice, op, options().order(), root);
  }

  /** Copies the slice of {@code root} to all ranks. */
  Work broadcastAsync(Slice slice, int root);

  void broadcast(Slice slice, int root);

  /**
   * Puts the inputs of all ranks one after the other. The input may be its own place in the output.
   *
   * @param counts elements of each rank, alike on all ranks; some may be 0
   */
  Work allGatherAsync(Slice input, Slice output, long[] counts);

  void allGather(Slice input, Slice output, long[] counts);

  /** The same with equal parts: {@code output.count = size * input.count}. */
  default Work allGatherAsync(Slice input, Slice output) {
    return allGatherAsync(input, output, evenCounts(input));
  }

  default void allGather(Slice input, Slice output) {
    allGather(input, output, evenCounts(input));
  }

  /**
   * Combines the inputs of all ranks and leaves part r of the result on rank r. The input is not
   * changed.
   *
   * @param counts elements of each rank's part, alike on all ranks; some may be 0
   */
  Work reduceScatterAsync(Slice input, Slice output, long[] counts, ReduceOp op, ReduceOrder order);

  void reduceScatter(Slice input, Slice output, long[] counts, ReduceOp op, ReduceOrder order);

  /** The same with equal parts: {@code input.count = size * output.count}. */
  default Work reduceScatterAsync(Slice input, Slice output, ReduceOp op, ReduceOrder order) {
    return reduceScatterAsync(input, output, evenCounts(output), op, order);
  }

  default void reduceScatter(Slice input, Slice output, ReduceOp op, ReduceOrder order) {
    reduceScatter(input, output, evenCounts(output), op, order);
  }

  default Work reduceScatterAsync(Slice input, Slice output, ReduceOp op) {
    return reduceScatterAsync(input, output, op, options().order());
  }

  default void reduceScatter(Slice input, Slice output, ReduceOp op) {
    reduceScatter(input, output, op, options().order());
  }

  /**
   * Puts the inputs of all ranks one after the other, on {@code root} only.
   *
   * @param output not looked at on other ranks, which may give null
   * @param counts elements of each rank, alike on all ranks
   */
  Work gatherAsync(Slice input, @Nullable Slice output, long[] counts, int root);

  void gather(Slice input, @Nullable Slice output, long[] counts, int root);

  /** The same with equal parts. */
  default Work gatherAsync(Slice input, @Nullable Slice output, int root) {
    return gatherAsync(input, output, evenCounts(input), root);
  }

  default void gather(Slice input, @Nullable Slice output, int root) {
    gather(input, output, evenCounts(input), root);
  }

  /**
   * Gives part r of the input of {@code root} to rank r.
   *
   * @param input not looked at on other ranks, which may give null
   * @param counts elements of each rank, alike on all ranks
   */
  Work scatterAsync(@Nullable Slice input, Slice output, long[] counts, int root);

  void scatter(@Nullable Slice input, Slice output, long[] counts, int root);

  /** The same with equal parts. */
  default Work scatterAsync(@Nullable Slice input, Slice output, int root) {
    return scatterAsync(input, output, evenCounts(output), root);
  }

  default void scatter(@Nullable Slice input, Slice output, int root) {
    scatter(input, output, evenCounts(output), root);
  }

  /**
   * Part j of rank i's input becomes part i of rank j's output. The slices must not overlap.
   *
   * @param inputCounts elements for each rank; what i has for j is what j expects of i
   * @param outputCounts elements from each rank
   */
  Work allToAllAsync(Slice input, long[] inputCounts, Slice output, long[] outputCounts);

  void allToAll(Slice input, long[] inputCounts, Slice output, long[] outputCounts);

  /** The same with equal parts: both counts are multiples of the size. */
  default Work allToAllAsync(Slice input, Slice output) {
    return allToAllAsync(input, evenShares(input), output, evenShares(output));
  }

  default void allToAll(Slice input, Slice output) {
    allToAll(input, evenShares(input), output, evenShares(output));
  }

  /** Returns when every rank has come here. */
  void barrier();

  /** Ends when every rank has come here. */
  Work barrierAsync();

  /**
   * Runs messages to and from several ranks at once, which cannot deadlock however large they are.
   */
  Work exchangeAsync(List<Transfer> transfers);

  void exchange(List<Transfer> transfers);

  /**
   * Sends to {@code peer}, which receives. Operations of a group run one at a time: two ranks that
   * both send first, and then receive, wait for each other; {@link #exchange} does both at once,
   * and a {@link #subgroup} has an order of its own.
   */
  default void send(Slice slice, int peer) {
    exchange(List.of(new Transfer.Send(slice, peer)));
  }

  default Work sendAsync(Slice slice, int peer) {
    return exchangeAsync(List.of(new Transfer.Send(slice, peer)));
  }

  /** Receives from {@code peer}, which sends as much. */
  default void receive(Slice slice, int peer) {
    exchange(List.of(new Transfer.Receive(slice, peer)));
  }

  default Work receiveAsync(Slice slice, int peer) {
    return exchangeAsync(List.of(new Transfer.Receive(slice, peer)));
  }

  /** Gives a few bytes, of any length on each rank, and returns those of all, in order of rank. */
  List<byte[]> allGatherBytes(byte[] bytes);

  /** The bytes of {@code root}; what others give is ignored. */
  byte[] broadcastBytes(byte[] bytes, int root);

  /**
   * Memory for slices, filled with zeros, which all ranks of the group reach if they run on one
   * host and {@link TransportOptions#sharedMemory} lets them; otherwise memory like any other.
   * Called by all ranks at the same place in the order of operations.
   *
   * @param bytes the same on every rank
   */
  CommonMemory commonMemory(long bytes);

  /**
   * A group of some of the ranks, with connections and an order of operations of its own. Called by
   * exactly these ranks, all in the same order of calls. Failures are those of the whole job: when
   * one group fails, all groups of these workers fail.
   *
   * @param ranks ranks of this group, in the order they shall have in the new one
   */
  ProcessGroup subgroup(List<Integer> ranks);

  /** As above, with the ranks one by one. */
  default ProcessGroup subgroup(int... ranks) {
    return subgroup(Arrays.stream(ranks).boxed().toList());
  }

  /** Cuts the group into groups of equal {@code color}. Called by all ranks. */
  ProcessGroup split(int color);

  /**
   * Fails the group with {@code cause}, on all ranks. Returns at once; can be called from any
   * thread and more than once, the first cause stays.
   */
  void abort(Throwable cause);

  /** Whether the group has failed, here or elsewhere. */
  boolean isAborted();

  /** Waits for submitted operations, takes leave from the peers and frees everything. */
  @Override
  void close();

  private long[] evenCounts(Slice part) {
    long[] counts = new long[size()];
    Arrays.fill(counts, part.count());
    return counts;
  }

  private long[] evenShares(Slice whole) {
    long[] counts = new long[size()];
    Arrays.fill(counts, whole.count() / size());
    return counts;
  }
}
