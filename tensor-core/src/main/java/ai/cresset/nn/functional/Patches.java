package ai.cresset.nn.functional;

import ai.cresset.backend.Convolution;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;

/**
 * The places of a window on an image.
 *
 * @param window how it moves
 * @param kernel its height and width
 * @param size the image's height and width
 * @param count how many places there are down and across
 */
record Patches(Convolution window, long[] kernel, long[] size, long[] count) {
  static Patches of(String op, PatchOptions options, long height, long width) {
    List<Integer> padding = Spatial.each(op, "padding", options.padding(), 2);
    Convolution window =
        new Convolution(
            Spatial.each(op, "stride", options.stride(), 2),
            padding,
            padding,
            Spatial.each(op, "dilation", options.dilation(), 2),
            1);
    List<Integer> kernel = Spatial.each(op, "kernel", options.kernel(), 2);
    long[] sizes = {height, width};
    long[] count = new long[2];
    for (int dim = 0; dim < 2; dim++) {
      count[dim] = window.outputSize(dim, sizes[dim], kernel.get(dim));
      if (count[dim] < 1) {
        throw ShapeException.mismatch(
            op,
            "an image that holds a window of " + kernel + "; pad it, or take a smaller kernel",
            height + " x " + width);
      }
    }
    return new Patches(window, new long[] {kernel.get(0), kernel.get(1)}, sizes, count);
  }

  long taps() {
    return kernel[0] * kernel[1];
  }

  long places() {
    return count[0] * count[1];
  }

  long paddedSize(int dim) {
    return size[dim] + 2L * window.padding().get(dim);
  }

  Tensor padded(Tensor images) {
    long h = window.padding().get(0);
    long w = window.padding().get(1);
    return h == 0 && w == 0 ? images : Padding.pad(images, w, w, h, h);
  }

  Tensor cropped(Tensor images) {
    long h = window.padding().get(0);
    long w = window.padding().get(1);
    return h == 0 && w == 0 ? images : images.narrow(2, h, size[0]).narrow(3, w, size[1]);
  }

  /** The element of a padded dimension for each (weight, place). */
  Tensor index(int dim, Device device) {
    long[] index = new long[Math.toIntExact(kernel[dim] * count[dim])];
    for (int i = 0; i < index.length; i++) {
      long tap = i / count[dim];
      long place = i % count[dim];
      index[i] = tap * window.dilation().get(dim) + place * window.stride().get(dim);
    }
    return Tensor.of(index, index.length).to(device);
  }

  /** {@code [batch, channels, tap down, place down, tap across, place across]}. */
  Shape split(long batch, long channels) {
    return Shape.of(batch, channels, kernel[0], count[0], kernel[1], count[1]);
  }

  /** {@code [batch, channels, tap down, tap across, place down, place across]}. */
  Shape joined(long batch, long channels) {
    return Shape.of(batch, channels, kernel[0], kernel[1], count[0], count[1]);
  }

  /** {@code [batch, channels, taps and places down, taps and places across]}. */
  Shape laid(long batch, long channels) {
    return Shape.of(batch, channels, kernel[0] * count[0], kernel[1] * count[1]);
  }
}
