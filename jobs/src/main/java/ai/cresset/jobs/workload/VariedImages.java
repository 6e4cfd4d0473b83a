package ai.cresset.jobs.workload;

import ai.cresset.data.Batch;
import ai.cresset.data.Dataset;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Images that look otherwise in each epoch of training.
 *
 * @param images what they are made of; closed with this
 * @param name of the tensor of images
 * @param variation what happens to them
 */
public record VariedImages(Dataset images, String name, Variation variation) implements Dataset {
  /** A change of images. */
  public interface Variation {
    /**
     * The images of a batch, changed.
     *
     * @param images uint8 {@code [batch, elements]}
     * @param numbers one for each, of its place in the data and the epoch: what decides by chance
     */
    Tensor apply(Tensor images, long[] numbers);
  }

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
    tensors.put(name, variation.apply(plain.get(name), numbers));
    return Batch.of(tensors);
  }

  /** That of the plain images: a run may go on with another variation. */
  @Override
  public String fingerprint() {
    return images.fingerprint();
  }

  @Override
  public void close() {
    images.close();
  }
}
