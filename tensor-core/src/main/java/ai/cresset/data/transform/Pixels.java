package ai.cresset.data.transform;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.tensor.Tensor;
import java.lang.ref.Reference;

/**
 * The elements of an image, {@code [channels, height, width]}, in the Java heap, where transforms
 * work on them. Never changed once made.
 */
sealed interface Pixels permits BytePixels, FloatPixels {
  int channels();

  int height();

  int width();

  /** White: 255 for bytes, 1 for numbers. */
  double most();

  /** The elements as numbers, from 0 to {@link #most}; not to be changed. */
  float[] floats();

  /** An image of the same type; numbers that do not fit bytes are cut off, fractions too. */
  Pixels truncated(int channels, float[] values);

  /** The same with bytes rounded to the nearest, ties to the even one. */
  Pixels rounded(int channels, int height, int width, float[] values);

  /**
   * Elements at other places.
   *
   * @param rows where each row comes from; -1 for one that is filled
   * @param columns where each column comes from; -1 for one that is filled
   */
  Pixels placed(int[] rows, int[] columns, double fill);

  /** Sums of weighted elements, along the width and then along the height. */
  Pixels resampled(Taps rows, Taps columns);

  /** A tensor of the thread's scope. */
  Tensor tensor();

  /**
   * The elements of a tensor.
   *
   * @param op what an error calls the transform
   * @param image uint8 or float32, {@code [channels, height, width]}
   */
  static Pixels of(String op, Tensor image) {
    if (image.rank() != 3 || image.numel() == 0) {
      throw ShapeException.mismatch(op, "an image [channels, height, width]", image.spec());
    }
    int channels = Math.toIntExact(image.size(0));
    int height = Math.toIntExact(image.size(1));
    int width = Math.toIntExact(image.size(2));
    int numel = Math.toIntExact(image.numel());
    Tensor dense = image.contiguous();
    long address = dense.storage().address() + dense.storageOffset() * dense.dtype().bytes();
    Pixels pixels =
        switch (image.dtype()) {
          case UINT8 -> {
            byte[] bytes = new byte[numel];
            NativeMemory.read(address, bytes, 0, numel);
            yield new BytePixels(channels, height, width, bytes);
          }
          case FLOAT32 -> {
            float[] floats = new float[numel];
            NativeMemory.read(address, floats, 0, numel);
            yield new FloatPixels(channels, height, width, floats);
          }
          default ->
              throw DTypeException.unsupported(op, image.dtype(), "uint8 from 0 to 255, float32");
        };
    Reference.reachabilityFence(dense);
    return pixels;
  }
}
