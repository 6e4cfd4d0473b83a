package ai.cresset.parallel.mesh;

import ai.cresset.error.ConfigException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How many ranks share the work along each axis. Their product is the number of ranks.
 *
 * <p>Rank order, slowest axis first: pipeline, data, shard, sequence, tensor.
 *
 * @param data copies of everything below, each with samples of its own
 * @param shard ranks that share the state of one copy, each with samples of its own
 * @param tensor ranks that share the weights of a layer
 * @param sequence ranks that share the positions of a sequence
 * @param pipeline ranks that share the layers
 */
public record ParallelDims(int data, int shard, int tensor, int sequence, int pipeline) {
  /** One rank. */
  public static final ParallelDims SINGLE = new ParallelDims(1, 1, 1, 1, 1);

  public ParallelDims {
    positive(MeshAxis.DATA, data);
    positive(MeshAxis.SHARD, shard);
    positive(MeshAxis.TENSOR, tensor);
    positive(MeshAxis.SEQUENCE, sequence);
    positive(MeshAxis.PIPELINE, pipeline);
    long product = (long) data * shard;
    for (int each : new int[] {tensor, sequence, pipeline}) {
      product *= each;
      if (product > Integer.MAX_VALUE) {
        throw ConfigException.because("parallel: the product of all axes is too large to be ranks");
      }
    }
  }

  /** Copies of the model and parts of its state; the other axes have size 1. */
  public static ParallelDims of(int data, int shard) {
    return new ParallelDims(data, shard, 1, 1, 1);
  }

  private static void positive(MeshAxis axis, int size) {
    if (size < 1) {
      throw ConfigException.value(axis.key(), size, "at least 1");
    }
  }

  /** The size of an axis. */
  public int size(MeshAxis axis) {
    return switch (axis) {
      case DATA -> data;
      case SHARD -> shard;
      case TENSOR -> tensor;
      case SEQUENCE -> sequence;
      case PIPELINE -> pipeline;
    };
  }

  /** The same with another size of one axis. */
  public ParallelDims with(MeshAxis axis, int size) {
    return new ParallelDims(
        axis == MeshAxis.DATA ? size : data,
        axis == MeshAxis.SHARD ? size : shard,
        axis == MeshAxis.TENSOR ? size : tensor,
        axis == MeshAxis.SEQUENCE ? size : sequence,
        axis == MeshAxis.PIPELINE ? size : pipeline);
  }

  /** The number of ranks. */
  public int worldSize() {
    return data * shard * tensor * sequence * pipeline;
  }

  /** How many ranks have samples of their own. */
  public int dataRanks() {
    return data * shard;
  }

  /**
   * Refuses a number of ranks that is not the product of the axes.
   *
   * @param setting the setting that the number of ranks comes from
   * @throws ConfigException that names the settings to change and the values that would fit
   */
  public void checkWorldSize(String setting, int ranks) {
    if (worldSize() == ranks) {
      return;
    }
    List<String> axes = new ArrayList<>();
    List<String> remedies = new ArrayList<>(List.of(setting + " to " + worldSize()));
    for (MeshAxis axis : List.of(MeshAxis.DATA, MeshAxis.SHARD)) {
      int others = worldSize() / size(axis);
      if (ranks % others == 0) {
        remedies.add(axis.key() + " to " + ranks / others);
      }
    }
    for (MeshAxis axis : MeshAxis.values()) {
      if (size(axis) > 1 || axis == MeshAxis.DATA || axis == MeshAxis.SHARD) {
        axes.add(axis.key() + " = " + size(axis));
      }
    }
    throw ConfigException.because(
        String.join(" x ", axes)
            + " makes "
            + worldSize()
            + " ranks, but "
            + setting
            + " is "
            + ranks
            + "; set "
            + String.join(", or ", remedies));
  }

  /** Where a rank stands. */
  public MeshCoordinates coordinates(int rank) {
    if (rank < 0 || rank >= worldSize()) {
      throw ConfigException.value("rank of a mesh", rank, "0 to " + (worldSize() - 1));
    }
    MeshCoordinates found = MeshCoordinates.ORIGIN;
    int rest = rank;
    List<MeshAxis> axes = new ArrayList<>(List.of(MeshAxis.values()));
    Collections.reverse(axes);
    for (MeshAxis axis : axes) {
      found = found.with(axis, rest % size(axis));
      rest /= size(axis);
    }
    return found;
  }

  /** The rank that stands somewhere. */
  public int rank(MeshCoordinates coordinates) {
    int rank = 0;
    for (MeshAxis axis : MeshAxis.values()) {
      int place = coordinates.at(axis);
      if (place < 0 || place >= size(axis)) {
        throw ConfigException.value("place along " + axis.key(), place, "0 to " + (size(axis) - 1));
      }
      rank = rank * size(axis) + place;
    }
    return rank;
  }

  /**
   * The ranks that differ from {@code rank} along these axes alone, this one among them, in
   * ascending order.
   */
  public List<Integer> ranksAlong(int rank, MeshAxis... axes) {
    Set<MeshAxis> free = EnumSet.noneOf(MeshAxis.class);
    free.addAll(List.of(axes));
    MeshCoordinates mine = coordinates(rank);
    List<Integer> found = new ArrayList<>();
    for (int each = 0; each < worldSize(); each++) {
      MeshCoordinates theirs = coordinates(each);
      boolean same = true;
      for (MeshAxis axis : MeshAxis.values()) {
        same &= free.contains(axis) || mine.at(axis) == theirs.at(axis);
      }
      if (same) {
        found.add(each);
      }
    }
    return List.copyOf(found);
  }

  /** The axes with more than one rank: {@code data 2 x shard 4}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    for (MeshAxis axis : MeshAxis.values()) {
      if (size(axis) > 1) {
        parts.add(axis + " " + size(axis));
      }
    }
    return parts.isEmpty() ? "one rank" : String.join(" x ", parts);
  }
}
