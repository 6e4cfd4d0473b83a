package ai.cresset.jobs.workload.generative;

import ai.cresset.jobs.workload.VariedImages;
import ai.cresset.memory.NativeMemory;
import ai.cresset.random.Philox;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;

/**
 * Half of the images are mirrored, left to right.
 *
 * @param seed of the run
 * @param width of an image
 */
record Mirroring(long seed, int width) implements VariedImages.Variation {
  @Override
  public Tensor apply(Tensor images, long[] numbers) {
    Tensor bytes = images.contiguous();
    byte[] elements = new byte[(int) bytes.numel()];
    NativeMemory.read(
        bytes.storage().address() + bytes.storageOffset(), elements, 0, elements.length);
    int size = elements.length / numbers.length;
    int[] words = new int[4];
    for (int i = 0; i < numbers.length; i++) {
      Philox.block(seed, numbers[i], words, 0);
      if (words[0] < 0) {
        mirror(elements, i * size, size);
      }
    }
    Tensor mirrored = Tensor.empty(new Spec(bytes.shape(), bytes.dtype(), Device.CPU));
    NativeMemory.write(elements, 0, mirrored.storage().address(), elements.length);
    return mirrored;
  }

  /** Turns each row of an image round, in place. */
  private void mirror(byte[] elements, int from, int size) {
    for (int row = from; row < from + size; row += width) {
      for (int left = row, right = row + width - 1; left < right; left++, right--) {
        byte kept = elements[left];
        elements[left] = elements[right];
        elements[right] = kept;
      }
    }
  }
}
