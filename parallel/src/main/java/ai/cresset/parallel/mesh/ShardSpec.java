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
 * <p>The first dimension may consist of sections of equal size, such as the weights of queries,
 * keys and values: then the first axis cuts each of them, and a rank holds its parts of all, one
 * below the other.
 *
 * @param global the shape of the whole
 * @param splits for each dimension the axes that cut it, in order
 * @param sections of the first dimension, at least 1
 */
public record ShardSpec(Shape global, List<List<MeshAxis>> splits, int sections) {
  public ShardSpec {
    if (sections < 1 || sections > 1 && (global.rank() == 0 || global.size(0) % sections != 0)) {
      throw ConfigException.value(
          "sections of a tensor of shape " + global, sections, "a divisor of its first dimension");
    }
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

  /** Without sections. */
  public ShardSpec(Shape global, List<List<MeshAxis>> splits) {
    this(global, splits, 1);
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

  /** Cut once along the first dimension, which consists of sections of equal size. */
  public static ShardSpec sections(Shape global, int sections, MeshAxis axis) {
    return new ShardSpec(global, split(global, 0, axis).splits(), sections);
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
    return new ShardSpec(global, finer, sections);
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

  /**
   * The part of the rank that stands here, of a tensor that is cut in one piece for each rank.
   *
   * @throws ConfigException if the part consists of several pieces; see {@link #boxes}
   */
  public Box box(ParallelDims dims, MeshCoordinates here) {
    List<Box> pieces = boxes(dims, here);
    if (pieces.size() > 1) {
      throw ConfigException.because(
          "a rank's part of a tensor of shape "
              + global
              + " consists of "
              + pieces.size()
              + " pieces; ask for boxes");
    }
    return pieces.get(0);
  }

  /**
   * The pieces that the rank that stands here holds, below each other along the first dimension; at
   * least one, which may be empty.
   */
  public List<Box> boxes(ParallelDims dims, MeshCoordinates here) {
    if (sections == 1 || splits.get(0).isEmpty()) {
      return List.of(piece(dims, here));
    }
    MeshAxis first = splits.get(0).get(0);
    List<MeshAxis> others = splits.get(0).subList(1, splits.get(0).size());
    long size = global.size(0) / sections;
    int parts = dims.size(first);
    long begin = start(size, parts, here.at(first));
    long rows = start(size, parts, here.at(first) + 1) - begin;
    // The others cut what the sections' parts make together.
    Box mine =
        new ShardSpec(global.with(0, sections * rows), othersFirst(others)).piece(dims, here);
    List<Box> found = new ArrayList<>();
    for (int section = 0; section < sections; section++) {
      long from = Math.max(mine.offset().get(0), section * rows);
      long to = Math.min(mine.offset().get(0) + mine.shape().size(0), (section + 1) * rows);
      if (from < to) {
        List<Long> offset = new ArrayList<>(mine.offset());
        offset.set(0, section * size + begin + from - section * rows);
        found.add(new Box(offset, mine.shape().with(0, to - from)));
      }
    }
    return found.isEmpty() ? List.of(mine) : List.copyOf(found);
  }

  private List<List<MeshAxis>> othersFirst(List<MeshAxis> others) {
    List<List<MeshAxis>> rest = new ArrayList<>(splits);
    rest.set(0, others);
    return rest;
  }

  /** The pieces of a rank. */
  public List<Box> boxes(ParallelDims dims, int rank) {
    return boxes(dims, dims.coordinates(rank));
  }

  /** The shape of what a rank holds. */
  public Shape local(ParallelDims dims, int rank) {
    List<Box> pieces = boxes(dims, rank);
    Shape shape = pieces.get(0).shape();
    return shape.rank() == 0
        ? shape
        : shape.with(0, pieces.stream().mapToLong(piece -> piece.shape().size(0)).sum());
  }

  private Box piece(ParallelDims dims, MeshCoordinates here) {
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
    return !boxes(dims, here).get(0).isEmpty();
  }

  /** Where part {@code part} of {@code parts} begins; {@code parts} itself is the end. */
  public static long start(long size, int parts, int part) {
    return part * (size / parts) + Math.min(part, size % parts);
  }
}
