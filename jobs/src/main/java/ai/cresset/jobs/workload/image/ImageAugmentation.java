package ai.cresset.jobs.workload.image;

import ai.cresset.memory.NativeMemory;
import ai.cresset.random.Philox;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.io.Serializable;

/**
 * Moves and mirrors images at random. What happens to an image depends on the seed, the epoch and
 * the image's place in the data set alone: not on the number of workers, nor on resuming.
 *
 * @param shift elements to move by at most, in both directions; what comes in is 0
 * @param flip whether half of the images are mirrored, left to right
 */
record ImageAugmentation(int shift, boolean flip) implements Serializable {
  /** Whether it changes anything. */
  boolean isOn() {
    return shift > 0 || flip;
  }

  /**
   * New images in place of {@code images}, uint8 {@code [batch, channels * height * width]} on the
   * host.
   *
   * @param height of an image
   * @param width of an image
   * @param seed of the run
   * @param numbers of the images, one for each: no two images of any epochs have the same
   */
  Tensor apply(Tensor images, int height, int width, long seed, long[] numbers) {
    int batch = (int) images.size(0);
    int elements = (int) images.size(1);
    byte[] from = new byte[batch * elements];
    Tensor host = images.contiguous();
    NativeMemory.read(host.storage().address() + host.storageOffset(), from, 0, from.length);
    byte[] to = new byte[from.length];
    int[] words = new int[4];
    for (int i = 0; i < batch; i++) {
      Philox.block(seed, numbers[i], words, 0);
      int down = moved(words[0]);
      int right = moved(words[1]);
      boolean mirrored = flip && words[2] < 0;
      for (int plane = 0; plane < elements / (height * width); plane++) {
        int start = i * elements + plane * height * width;
        move(from, to, start, height, width, down, right, mirrored);
      }
    }
    Tensor moved = Tensor.empty(new Spec(Shape.of(batch, elements), images.dtype(), Device.CPU));
    NativeMemory.write(to, 0, moved.storage().address(), to.length);
    return moved;
  }

  private int moved(int word) {
    return (int) ((word & 0xffff_ffffL) * (2L * shift + 1) >>> 32) - shift;
  }

  private static void move(
      byte[] from,
      byte[] to,
      int start,
      int height,
      int width,
      int down,
      int right,
      boolean mirrored) {
    for (int y = Math.max(0, down); y < Math.min(height, height + down); y++) {
      for (int x = Math.max(0, right); x < Math.min(width, width + right); x++) {
        int source = mirrored ? width - 1 - (x - right) : x - right;
        to[start + y * width + x] = from[start + (y - down) * width + source];
      }
    }
  }
}
