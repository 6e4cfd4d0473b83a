package ai.cresset.parallel.mesh;

import ai.cresset.error.ConfigException;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How one tensor is cut over a mesh. A dimension may be cut along several axes: the first cuts the
 * whole, the next each part again. Along axes that are not named every rank holds the same.
 *
 * <p>{@code n} elements over {@code k} ranks: the first {@code n % k} ranks hold one more than the
 * others. Parts may be empty.
 *
 * @param global the shape of the whole
 * @param splits for each dimension the axes that cut it, in order
 */
public record ShardSpec(Shape global, List<List<MeshAxis>> splits) {
  public ShardSpec {
    splits = splits.stream().map(List::copyOf).toList();
    if (splits.size() != global.rank()) {
      throw ConfigException.value(
          "splits of a tensor of shape " + global, splits, "a list of axes for each dimension");
    }
    Set<MeshAxis> seen = EnumSet.noneOf(MeshAxis.class);
    for (List<MeshAxis> axes : splits) {
      for (MeshAxis axis : axes) {
        if (!seen.add(axis)) {
          throw ConfigException.value("splits of a tensor", splits, "each axis once at most");
        }
      }
    }
  }

  /** The whole on every rank. */
  public static ShardSpec replicated(Shape global) {
    return new ShardSpec(global, Collections.nCopies(global.rank(), List.of()));
  }

  /** Cut once along one dimension. */
  public static ShardSpec split(Shape global, int dim, MeshAxis axis) {
    return replicated(global).andSplit(dim, axis);
  }

  /** Cut along the first dimension; a scalar is whole on every rank. */
  public static ShardSpec rows(Shape global, MeshAxis axis) {
    return global.rank() == 0 ? replicated(global) : split(global, 0, axis);
  }

  /** Each part cut once more. */
  public ShardSpec andSplit(int dim, MeshAxis axis) {
    if (global.rank() == 0) {
      throw ConfigException.because("a scalar cannot be cut along " + axis + "; replicate it");
    }
    int at = global.dim("split", dim);
    List<List<MeshAxis>> finer = new ArrayList<>(splits);
    List<MeshAxis> axes = new ArrayList<>(splits.get(at));
    axes.add(axis);
    finer.set(at, axes);
    return new ShardSpec(global, finer);
  }

  /** The axes that cut it. */
  public Set<MeshAxis> axes() {
    Set<MeshAxis> found = EnumSet.noneOf(MeshAxis.class);
    splits.forEach(found::addAll);
    return found;
  }

  /** Whether more than one part exists on this mesh. */
  public boolean isSplit(ParallelDims dims) {
    return axes().stream().anyMatch(axis -> dims.size(axis) > 1);
  }

  /** The part of the rank that stands here. */
  public Box box(ParallelDims dims, MeshCoordinates here) {
    List<Long> offset = new ArrayList<>();
    long[] sizes = new long[global.rank()];
    for (int dim = 0; dim < sizes.length; dim++) {
      long start = 0;
      long size = global.size(dim);
      for (MeshAxis axis : splits.get(dim)) {
        int parts = dims.size(axis);
        int part = here.at(axis);
        start += start(size, parts, part);
        size = start(size, parts, part + 1) - start(size, parts, part);
      }
      offset.add(start);
      sizes[dim] = size;
    }
    return new Box(offset, Shape.of(sizes));
  }

  /** The part of a rank. */
  public Box box(ParallelDims dims, int rank) {
    return box(dims, dims.coordinates(rank));
  }

  /**
   * Whether the rank that stands here is the one that writes its part: among the ranks that hold
   * the same, the first. Parts without elements are written by none.
   */
  public boolean writes(ParallelDims dims, MeshCoordinates here) {
    Set<MeshAxis> cut = axes();
    for (MeshAxis axis : MeshAxis.values()) {
      if (!cut.contains(axis) && here.at(axis) != 0) {
        return false;
      }
    }
    return !box(dims, here).isEmpty();
  }

  /** Where part {@code part} of {@code parts} begins; {@code parts} itself is the end. */
  public static long start(long size, int parts, int part) {
    return part * (size / parts) + Math.min(part, size % parts);
  }
}
