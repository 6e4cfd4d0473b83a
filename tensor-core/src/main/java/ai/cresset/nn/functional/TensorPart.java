package ai.cresset.nn.functional;

import ai.cresset.error.ShapeException;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the elements of a tensor stand in a larger one, of which another worker may hold the rest.
 *
 * @param whole the shape of the larger tensor
 * @param runs for each dimension the places that the part holds, in its order
 */
public record TensorPart(Shape whole, List<List<Run>> runs) {
  /**
   * Places side by side.
   *
   * @param start the first
   * @param length how many
   */
  public record Run(long start, long length) {
    public Run {
      if (start < 0 || length < 1) {
        throw ShapeException.mismatch(
            "part of a tensor", "a run of at least one place", start + ", length " + length);
      }
    }

    long end() {
      return start + length;
    }
  }

  public TensorPart {
    runs = runs.stream().map(List::copyOf).toList();
    if (runs.size() != whole.rank()) {
      throw ShapeException.mismatch("part of a tensor", whole.rank() + " lists of runs", runs);
    }
    for (int dim = 0; dim < runs.size(); dim++) {
      for (Run run : runs.get(dim)) {
        if (run.end() > whole.size(dim)) {
          throw ShapeException.mismatch("part of a tensor", "runs inside of " + whole, run);
        }
      }
    }
  }

  /** All of a tensor. */
  public static TensorPart all(Shape shape) {
    List<List<Run>> runs = new ArrayList<>();
    for (int dim = 0; dim < shape.rank(); dim++) {
      runs.add(shape.size(dim) == 0 ? List.of() : List.of(new Run(0, shape.size(dim))));
    }
    return new TensorPart(shape, runs);
  }

  /** Whether it is all of the larger tensor, in its order. */
  public boolean isWhole() {
    return equals(all(whole));
  }

  /** The same elements, where the larger tensor is itself one run of a still larger one. */
  public TensorPart within(int dim, long size, long start) {
    return whole.size(dim) == 0
        ? this
        : within(dim, size, List.of(new Run(start, whole.size(dim))));
  }

  /**
   * The same elements, where the larger tensor is itself a part of a still larger one.
   *
   * @param dim along which it is one
   * @param size of the still larger tensor there
   * @param places that the larger tensor holds of it, as many as it has there
   */
  public TensorPart within(int dim, long size, List<Run> places) {
    long held = places.stream().mapToLong(Run::length).sum();
    if (held != whole.size(dim)) {
      throw ShapeException.mismatch(
          "part of a tensor", whole.size(dim) + " places along dim " + dim, places);
    }
    List<Run> mapped = new ArrayList<>();
    for (Run run : runs.get(dim)) {
      long before = 0;
      for (Run place : places) {
        long from = Math.max(run.start(), before);
        long to = Math.min(run.end(), before + place.length());
        if (from < to) {
          mapped.add(new Run(place.start() + from - before, to - from));
        }
        before += place.length();
      }
    }
    List<List<Run>> all = new ArrayList<>(runs);
    all.set(dim, mapped);
    return new TensorPart(whole.with(dim, size), all);
  }
}
