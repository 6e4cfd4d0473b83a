package ai.cresset.parallel.checkpoint;

import ai.cresset.parallel.comm.ProcessGroup;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The ranks that write checkpoints together. Operations come in the same order on all of them, from
 * one thread at a time.
 */
public interface CheckpointPeers extends AutoCloseable {
  int rank();

  int size();

  /** The bytes of each rank, in order of rank. */
  List<byte[]> gather(byte[] bytes);

  /** The bytes of rank 0; what others give is ignored. */
  byte[] broadcast(byte[] bytes);

  @Override
  void close();

  /** Whether this rank claims, commits and deletes. */
  default boolean isCoordinator() {
    return rank() == 0;
  }

  /** One rank without others. */
  static CheckpointPeers alone() {
    return new CheckpointPeers() {
      @Override
      public int rank() {
        return 0;
      }

      @Override
      public int size() {
        return 1;
      }

      @Override
      public List<byte[]> gather(byte[] bytes) {
        return List.of(bytes);
      }

      @Override
      public byte[] broadcast(byte[] bytes) {
        return bytes;
      }

      @Override
      public void close() {
        // There is nobody to take leave from.
      }
    };
  }

  /**
   * The ranks of a group, over connections of their own, so that a checkpoint can be written while
   * training goes on. Called by all ranks of the group.
   */
  static CheckpointPeers of(ProcessGroup group) {
    ProcessGroup own = group.subgroup(IntStream.range(0, group.size()).boxed().toList());
    return new CheckpointPeers() {
      @Override
      public int rank() {
        return own.rank();
      }

      @Override
      public int size() {
        return own.size();
      }

      @Override
      public List<byte[]> gather(byte[] bytes) {
        return own.allGatherBytes(bytes);
      }

      @Override
      public byte[] broadcast(byte[] bytes) {
        return own.broadcastBytes(bytes, 0);
      }

      @Override
      public void close() {
        own.close();
      }
    };
  }
}
