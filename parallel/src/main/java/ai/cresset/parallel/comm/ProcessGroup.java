package ai.cresset.parallel.comm;

import ai.cresset.memory.Allocator;
import java.util.List;

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

  /** Copies the slice of {@code root} to all ranks. */
  Work broadcastAsync(Slice slice, int root);

  void broadcast(Slice slice, int root);

  /**
   * Puts the inputs of all ranks one after the other: {@code output.count = size * input.count}.
   */
  Work allGatherAsync(Slice input, Slice output);

  void allGather(Slice input, Slice output);

  /**
   * Combines the inputs of all ranks and leaves part r of the result on rank r: {@code input.count
   * = size * output.count}. The input is not changed.
   */
  Work reduceScatterAsync(Slice input, Slice output, ReduceOp op, ReduceOrder order);

  void reduceScatter(Slice input, Slice output, ReduceOp op, ReduceOrder order);

  default Work reduceScatterAsync(Slice input, Slice output, ReduceOp op) {
    return reduceScatterAsync(input, output, op, options().order());
  }

  default void reduceScatter(Slice input, Slice output, ReduceOp op) {
    reduceScatter(input, output, op, options().order());
  }

  /** Returns when every rank has come here. */
  void barrier();

  /**
   * Runs messages to and from several ranks at once, which cannot deadlock however large they are.
   */
  Work exchangeAsync(List<Transfer> transfers);

  void exchange(List<Transfer> transfers);

  /** Sends to {@code peer}, which receives. */
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
   * A group of some of the ranks, with connections and an order of operations of its own. Called by
   * exactly these ranks, all in the same order of calls. Failures are those of the whole job: when
   * one group fails, all groups of these workers fail.
   *
   * @param ranks ranks of this group, in the order they shall have in the new one
   */
  ProcessGroup subgroup(List<Integer> ranks);

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
}
