package ai.cresset.jobs.workload.image;

import ai.cresset.data.Batch;
import ai.cresset.data.Dataset;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Images that look otherwise in each epoch of training.
 *
 * @param images what they are made of; closed with this
 * @param augmentation what happens to them
 * @param seed of the run
 * @param height of an image
 * @param width of an image
 */
record AugmentedImages(
    Dataset images, ImageAugmentation augmentation, long seed, int height, int width)
    implements Dataset {
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
    long[] numbers = new long[samples.length];
    for (int i = 0; i < samples.length; i++) {
      numbers[i] = epoch * size() + samples[i];
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>(plain.tensors());
    tensors.put(
        ImageTrainable.IMAGE,
        augmentation.apply(plain.get(ImageTrainable.IMAGE), height, width, seed, numbers));
    return Batch.of(tensors);
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
