package ai.cresset.data.image;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;

/**
 * The elements of an image.
 *
 * @param channels 1 or 3
 * @param height in elements
 * @param width in elements
 * @param bytes unsigned, {@code [channels, height, width]}; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copying would cost a pass
public record DecodedImage(int channels, int height, int width, byte[] bytes) {
  /** A uint8 tensor {@code [channels, height, width]} of the thread's scope. */
  public Tensor tensor() {
    Tensor tensor = Tensor.empty(Tensor.spec(DType.UINT8, channels, height, width));
    NativeMemory.write(bytes, 0, tensor.storage().address(), bytes.length);
    return tensor;
  }

  /**
   * The same after a transform that gives uint8.
   *
   * @param draws what chance decides
   */
  public DecodedImage transformed(Transform transform, Draws draws) {
    try (Scope scope = Scope.open("transformed image")) {
      Tensor result = transform.apply(tensor(), draws).contiguous();
      if (result.dtype() != DType.UINT8 || result.rank() != 3) {
        throw ShapeException.mismatch(
            "transformed image", "uint8 [channels, height, width]", result.spec());
      }
      byte[] elements = new byte[Math.toIntExact(result.numel())];
      NativeMemory.read(
          result.storage().address() + result.storageOffset(), elements, 0, elements.length);
      return new DecodedImage(
          (int) result.size(0), (int) result.size(1), (int) result.size(2), elements);
    }
  }

  /** The same with other channels. */
  public DecodedImage in(ImageMode mode) {
    if (mode == ImageMode.UNCHANGED || mode.channels() == channels) {
      return this;
    }
    int plane = height * width;
    byte[] other = new byte[mode.channels() * plane];
    for (int i = 0; i < plane; i++) {
      if (mode == ImageMode.RGB) {
        other[i] = bytes[i];
        other[plane + i] = bytes[i];
        other[2 * plane + i] = bytes[i];
      } else {
        int sum =
            (bytes[i] & 0xff) * 19595
                + (bytes[plane + i] & 0xff) * 38470
                + (bytes[2 * plane + i] & 0xff) * 7471;
        other[i] = (byte) (sum + 0x8000 >> 16);
      }
    }
    return new DecodedImage(mode.channels(), height, width, other);
  }
}
