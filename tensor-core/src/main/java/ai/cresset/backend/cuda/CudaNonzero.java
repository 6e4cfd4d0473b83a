package ai.cresset.backend.cuda;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.error.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Places of elements that are not 0: parts count theirs, the counts are added up in order, then
 * each part writes its rows.
 */
final class CudaNonzero {
  private static final int THREADS = 256;
  private static final int SCAN_THREADS = 1024;

  /** Elements of a part. */
  private static final long PART = 4096;

  private final CudaContext context;

  CudaNonzero(CudaContext context) {
    this.context = context;
  }

  void nonzero(View input, View output) {
    if (output.numel() == 0) {
      return;
    }
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int dim = 0; dim < input.shape().rank(); dim++) {
      loops.add(LoopNest.loop(dim, input));
    }
    LoopNest nest = LoopNest.ordered(loops);
    long parts = (input.numel() + PART - 1) / PART;
    String element = "ELEMENT=" + CudaType.of(input.dtype());
    try (DeviceTemporaries temporaries = new DeviceTemporaries(context)) {
      long counts = temporaries.elements(parts, Long.BYTES);
      context
          .launch("nonzero.cu", "nonzero_count", element)
          .nest(nest, 1)
          .view(input)
          .address(counts)
          .run(parts, THREADS, 0);
      context
          .launch("nonzero.cu", "nonzero_scan", element)
          .int64(parts)
          .address(counts)
          .run(1, SCAN_THREADS, 0);
      context
          .launch("nonzero.cu", "nonzero_write", element)
          .nest(nest, 1)
          .int64s(sizes(input))
          .int64(output.shape().size(0))
          .int64(output.strides().stride(0))
          .int64(output.strides().stride(1))
          .view(input)
          .address(counts)
          .view(output)
          .run(parts, THREADS, 0);
    }
  }

  /** The rank and the sizes, as {@code Sizes} of the kernel. */
  private static long[] sizes(View input) {
    int rank = input.shape().rank();
    if (rank > Launch.MAX_RANK) {
      throw ShapeException.mismatch(
          "nonzero", "at most " + Launch.MAX_RANK + " dimensions", input.shape());
    }
    long[] sizes = new long[1 + Launch.MAX_RANK];
    sizes[0] = rank;
    for (int dim = 0; dim < rank; dim++) {
      sizes[1 + dim] = input.shape().size(dim);
    }
    return sizes;
  }
}
