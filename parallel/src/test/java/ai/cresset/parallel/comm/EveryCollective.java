package ai.cresset.parallel.comm;

import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.collective.Fingerprint.Kind;
import ai.cresset.type.DType;
import java.util.List;
import java.util.zip.CRC32;

/** One call of each collective and algorithm, on numbers that depend on the rank. */
public enum EveryCollective {
  ALL_REDUCE_DOUBLING(Kind.ALL_REDUCE),
  ALL_REDUCE_RING(Kind.ALL_REDUCE),
  ALL_REDUCE_RANK_ORDER(Kind.ALL_REDUCE),
  REDUCE_TREE(Kind.REDUCE),
  REDUCE_RING(Kind.REDUCE),
  REDUCE_SCATTER(Kind.REDUCE_SCATTER),
  ALL_GATHER_DIRECT(Kind.ALL_GATHER),
  ALL_GATHER_RING(Kind.ALL_GATHER),
  BROADCAST(Kind.BROADCAST),
  GATHER(Kind.GATHER),
  SCATTER(Kind.SCATTER),
  ALL_TO_ALL(Kind.ALL_TO_ALL),
  BARRIER(Kind.BARRIER),
  MESSAGE(Kind.MESSAGE);

  private static final int SMALL = 1_200;
  private static final int LARGE = 120_000;

  private final Kind kind;

  EveryCollective(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** A rank that sends in this collective, when the root is 0. */
  public int sender() {
    return this == BROADCAST || this == SCATTER ? 0 : 1;
  }

  /** Runs it; a hash of what this rank then holds. */
  public long run(ProcessGroup group) {
    int count =
        name().endsWith("DOUBLING") || name().endsWith("DIRECT") || name().endsWith("TREE")
            ? SMALL
            : LARGE;
    int size = group.size();
    int rank = group.rank();
    Storage first = Ranks.storage(DType.FLOAT32, count);
    Storage second = Ranks.storage(DType.FLOAT32, count);
    try {
      Slice in = Values.fill(first, DType.FLOAT32, count, i -> Math.sin(i + 31.0 * rank));
      Slice out = Values.fill(second, DType.FLOAT32, count, i -> -1);
      Slice part = out.part(0, count / size);
      Slice ownPart = in.part(0, count / size);
      switch (this) {
        case ALL_REDUCE_DOUBLING, ALL_REDUCE_RING -> group.allReduce(in, ReduceOp.SUM);
        case ALL_REDUCE_RANK_ORDER -> group.allReduce(in, ReduceOp.SUM, ReduceOrder.RANK_ORDER);
        case REDUCE_TREE, REDUCE_RING -> group.reduce(in, ReduceOp.SUM, 0);
        case REDUCE_SCATTER -> group.reduceScatter(in, part, ReduceOp.SUM);
        case ALL_GATHER_DIRECT, ALL_GATHER_RING -> group.allGather(ownPart, out);
        case BROADCAST -> group.broadcast(in, 0);
        case GATHER -> group.gather(ownPart, out, 0);
        case SCATTER -> group.scatter(in, part, 0);
        case ALL_TO_ALL -> group.allToAll(in, out);
        case BARRIER -> group.barrier();
        case MESSAGE ->
            group.exchange(
                List.of(
                    new Transfer.Send(in, (rank + 1) % size),
                    new Transfer.Receive(out, (rank + size - 1) % size)));
      }
      CRC32 hash = new CRC32();
      hash.update(Values.bytes(in));
      hash.update(Values.bytes(out));
      return hash.getValue();
    } finally {
      first.release();
      second.release();
    }
  }
}
