package ai.cresset.checkpoint;

import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a stored part and a wanted part of the same tensor share, as runs of elements that follow
 * each other in both, row-major.
 *
 * @param outer sizes of the dimensions that are walked, one run for each index
 * @param run elements of a run
 * @param from the first element's place in the stored part
 * @param to the first element's place in the wanted part
 * @param fromStrides of the stored part
 * @param toStrides of the wanted part
 */
record Overlap(
    List<Long> outer, long run, long from, long to, Strides fromStrides, Strides toStrides) {
  /** Receives the places of a run's first element. */
  @FunctionalInterface
  interface Runs {
    void accept(long from, long to);
  }

  /** Null if they share nothing. */
  static @Nullable Overlap of(StoredPart part, List<Long> offset, Shape wanted) {
    int rank = wanted.rank();
    long[] size = new long[rank];
    long from = 0;
    long to = 0;
    Strides fromStrides = Strides.contiguous(part.shape());
    Strides toStrides = Strides.contiguous(wanted);
    for (int dim = 0; dim < rank; dim++) {
      long start = Math.max(part.offset().get(dim), offset.get(dim));
      long end = Math.min(part.end(dim), offset.get(dim) + wanted.size(dim));
      if (end <= start) {
        return null;
      }
      size[dim] = end - start;
      from += (start - part.offset().get(dim)) * fromStrides.stride(dim);
      to += (start - offset.get(dim)) * toStrides.stride(dim);
    }
    int walked = rank;
    long run = 1;
    boolean whole = true;
    while (walked > 0 && whole) {
      walked--;
      run *= size[walked];
      whole = size[walked] == part.shape().size(walked) && size[walked] == wanted.size(walked);
    }
    List<Long> outer = Arrays.stream(size).limit(walked).boxed().toList();
    return new Overlap(outer, run, from, to, fromStrides, toStrides);
  }

  long numRuns() {
    return outer.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  long runBytes(long elementBytes) {
    return run * elementBytes;
  }

  /** In row-major order: places in the stored part grow. */
  void forEachRun(Runs runs) {
    long[] index = new long[outer.size()];
    long number = numRuns();
    for (long i = 0; i < number; i++) {
      long fromPlace = from;
      long toPlace = to;
      for (int dim = 0; dim < index.length; dim++) {
        fromPlace += index[dim] * fromStrides.stride(dim);
        toPlace += index[dim] * toStrides.stride(dim);
      }
      runs.accept(fromPlace, toPlace);
      int dim = index.length - 1;
      while (dim >= 0 && ++index[dim] == outer.get(dim)) {
        index[dim] = 0;
        dim--;
      }
    }
  }
}
