package ai.cresset.jobs.workload.generative;

import ai.cresset.data.Batch;
import ai.cresset.data.Dataset;
import ai.cresset.memory.NativeMemory;
import ai.cresset.random.Philox;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Images of which half are mirrored, left to right: others in each epoch. Which ones depends on the
 * seed, the epoch and the image's place alone.
 *
 * @param images what they are made of; closed with this
 * @param seed of the run
 * @param width of an image
 */
record MirroredImages(Dataset images, long seed, int width) implements Dataset {
  @Override
  public long size() {
    return images.size();
  }

  @Override
  public Batch gather(long[] samples) {
    return images.gather(samples);
  }

  @Override
  public Batch gather(long[] samples, long epoch) {
    Batch plain = images.gather(samples, epoch);
    Tensor bytes = plain.get(ImageBatches.IMAGE).contiguous();
    byte[] elements = new byte[(int) bytes.numel()];
    NativeMemory.read(
        bytes.storage().address() + bytes.storageOffset(), elements, 0, elements.length);
    int size = elements.length / samples.length;
    int[] words = new int[4];
    for (int i = 0; i < samples.length; i++) {
      Philox.block(seed, epoch * size() + samples[i], words, 0);
      if (words[0] < 0) {
        mirror(elements, i * size, size);
      }
    }
    Tensor mirrored = Tensor.empty(new Spec(bytes.shape(), bytes.dtype(), Device.CPU));
    NativeMemory.write(elements, 0, mirrored.storage().address(), elements.length);
    Map<String, Tensor> tensors = new LinkedHashMap<>(plain.tensors());
    tensors.put(ImageBatches.IMAGE, mirrored);
    return Batch.of(tensors);
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

  /** That of the plain images: a run may go on with another augmentation. */
  @Override
  public String fingerprint() {
    return images.fingerprint();
  }

  @Override
  public void close() {
    images.close();
  }
}
