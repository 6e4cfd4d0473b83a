package ai.cresset.parallel.comm.collective;

import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.type.DType;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a rank believes it is doing. Goes ahead of the payload of every message, so that ranks that
 * do different things find out instead of mixing up their bytes.
 *
 * @param kind the operation
 * @param algorithm how it is carried out
 * @param sequence its number in the group, from 0; messages between two ranks are numbered per pair
 * @param dtype the type of the elements
 * @param count elements
 * @param op how they are combined; null where nothing is
 * @param root the rank where data comes from or goes to; -1 where there is none
 * @param layout a hash of the parts' lengths where these differ, or of the place in common memory;
 *     0 where there is neither
 */
@SuppressWarnings("EnumOrdinal") // Their order is part of the protocol, which has a version.
public record Fingerprint(
    Kind kind,
    Algorithm algorithm,
    long sequence,
    DType dtype,
    long count,
    @Nullable ReduceOp op,
    int root,
    int layout) {
  /** Bytes on the wire. */
  public static final int BYTES = 32;

  /** A bit of the layout of what lies in common memory, so that it is not 0. */
  public static final int IN_COMMON_MEMORY = 1;

  private static final int MAGIC = 0x4f50_4831;

  /** Operations. */
  public enum Kind {
    ALL_REDUCE,
    REDUCE_SCATTER,
    ALL_GATHER,
    BROADCAST,
    BARRIER,
    MESSAGE,
    REDUCE,
    GATHER,
    SCATTER,
    ALL_TO_ALL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Ways to carry them out. */
  public enum Algorithm {
    RING,
    RECURSIVE_DOUBLING,
    RANK_ORDER,
    TREE,
    DIRECT,
    PAIRWISE,
    HALVING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The same operation with another place in the order of its group. */
  public Fingerprint withSequence(long number) {
    return new Fingerprint(kind, algorithm, number, dtype, count, op, root, layout);
  }

  /** The same operation as one pair of ranks sees it. */
  Fingerprint withCount(long elements) {
    return new Fingerprint(kind, algorithm, sequence, dtype, elements, op, root, layout);
  }

  void write(ByteBuffer target) {
    target
        .putInt(MAGIC)
        .put((byte) kind.ordinal())
        .put((byte) algorithm.ordinal())
        .put((byte) dtype.ordinal())
        .put((byte) (op == null ? -1 : op.ordinal()))
        .putLong(sequence)
        .putLong(count)
        .putInt(root)
        .putInt(layout);
  }

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
    write(bytes);
    return bytes.flip();
  }

  /** What came at {@code start}; null if it is no fingerprint. */
  public static @Nullable Fingerprint read(ByteBuffer source, int start) {
    int kind = source.get(start + 4);
    int algorithm = source.get(start + 5);
    int dtype = source.get(start + 6);
    int op = source.get(start + 7);
    if (source.getInt(start) != MAGIC
        || kind < 0
        || kind >= Kind.values().length
        || algorithm < 0
        || algorithm >= Algorithm.values().length
        || dtype < 0
        || dtype >= DType.values().length
        || op < -1
        || op >= ReduceOp.values().length) {
      return null;
    }
    return new Fingerprint(
        Kind.values()[kind],
        Algorithm.values()[algorithm],
        source.getLong(start + 8),
        DType.values()[dtype],
        source.getLong(start + 16),
        op < 0 ? null : ReduceOp.values()[op],
        source.getInt(start + 24),
        source.getInt(start + 28));
  }

  @Override
  public String toString() {
    return kind
        + " #"
        + sequence
        + " of "
        + dtype
        + "["
        + count
        + "]"
        + (op == null ? "" : ", " + op)
        + (root < 0 ? "" : ", root " + root)
        + (layout == 0
            ? ""
            : (kind == Kind.ALL_REDUCE ? ", common memory " : ", uneven parts ")
                + Integer.toHexString(layout))
        + ", "
        + algorithm;
  }
}
