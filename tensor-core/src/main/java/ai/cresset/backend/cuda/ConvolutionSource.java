package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;

/**
 * An image as products of tiles read it: with channels innermost, in 16 aligned bytes, where its
 * groups allow that. Other memory is brought into that order first.
 *
 * @param view of rank 5; its channels may be more than the image has, with zeros in them
 * @param channels those of a group
 * @param isVector whether they are read in 16 bytes
 */
record ConvolutionSource(View view, long channels, boolean isVector) {
  /** An image of which each place is read for many windows. */
  static ConvolutionSource of(
      CudaContext context, View volume, int groups, DeviceTemporaries temporaries) {
    long channels = volume.shape().size(1);
    long perGroup = Math.max(1, channels / groups);
    int width = 16 / volume.dtype().bytes();
    boolean divides = perGroup % width == 0;
    if (groups > 1 && !divides) {
      return new ConvolutionSource(volume, perGroup, false);
    }
    if (divides && isAligned(volume)) {
      return new ConvolutionSource(volume, perGroup, true);
    }
    View packed = packed(context, volume, width, temporaries);
    return new ConvolutionSource(packed, groups > 1 ? perGroup : packed.shape().size(1), true);
  }

  /** An image whose places have one distance. */
  static ConvolutionSource ofRows(
      CudaContext context, View volume, int groups, DeviceTemporaries temporaries) {
    long perGroup = Math.max(1, volume.shape().size(1) / groups);
    int width = 16 / volume.dtype().bytes();
    boolean divides = perGroup % width == 0;
    if (isDense(volume) && ((divides && volume.address() % 16 == 0) || groups > 1)) {
      return new ConvolutionSource(volume, perGroup, divides && volume.address() % 16 == 0);
    }
    View packed = packed(context, volume, groups > 1 ? 1 : width, temporaries);
    return new ConvolutionSource(packed, perGroup, groups == 1 || divides);
  }

  private static boolean isAligned(View view) {
    int width = 16 / view.dtype().bytes();
    boolean aligned = view.strides().stride(1) == 1 && view.address() % 16 == 0;
    for (int dim : new int[] {0, 2, 3, 4}) {
      aligned &= view.shape().size(dim) == 1 || view.strides().stride(dim) % width == 0;
    }
    return aligned;
  }

  private static boolean isDense(View view) {
    long next = view.shape().size(1);
    boolean dense = view.strides().stride(1) == 1 || next == 1;
    for (int dim : new int[] {4, 3, 2, 0}) {
      dense &= view.shape().size(dim) == 1 || view.strides().stride(dim) == next;
      next *= view.shape().size(dim);
    }
    return dense;
  }

  /** Channels innermost, their number rounded up to a multiple of {@code width}. */
  private static View packed(
      CudaContext context, View volume, int width, DeviceTemporaries temporaries) {
    Shape shape = volume.shape();
    long channels = (shape.size(1) + width - 1) / width * width;
    long places = shape.size(2) * shape.size(3) * shape.size(4);
    Shape wider = shape.with(1, channels);
    DType dtype = volume.dtype();
    Strides strides =
        Strides.of(
            places * channels,
            1,
            shape.size(3) * shape.size(4) * channels,
            shape.size(4) * channels,
            channels);
    View target =
        new View(temporaries.allocate(wider.numel() * dtype.bytes()), 0, wider, strides, dtype);
    context
        .launch("packing.cu", "pack_image", "ELEMENT=" + CudaType.of(dtype))
        .int64s(
            shape.size(0),
            shape.size(1),
            places,
            shape.size(2),
            shape.size(3),
            shape.size(4),
            volume.strides().stride(0),
            volume.strides().stride(1),
            volume.strides().stride(2),
            volume.strides().stride(3),
            volume.strides().stride(4),
            channels)
        .view(volume)
        .view(target)
        .run((channels + 31) / 32 * ((places + 31) / 32) * shape.size(0), 256, 0);
    return target;
  }
}
