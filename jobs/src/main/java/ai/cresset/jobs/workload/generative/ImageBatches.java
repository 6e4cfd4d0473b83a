package ai.cresset.jobs.workload.generative;

import ai.cresset.data.Batch;
import ai.cresset.report.Picture;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Turns the bytes of images into what networks take, and back.
 *
 * @param file what images and numbers behind them are
 */
record ImageBatches(GenerativeModelFile file) implements Serializable {
  /** The column of all data sets. */
  static final String IMAGE = "image";

  private static final int MOST = 255;

  /** The images of a batch, {@code [batch, channels, height, width]}, elements from 0 to 1. */
  Tensor images(Batch batch) {
    return images(batch.get(IMAGE));
  }

  /** The same of bytes {@code [batch, channels * height * width]}. */
  Tensor images(Tensor bytes) {
    return bytes
        .to(file.settings().dtype().dtype())
        .div(MOST)
        .reshape(bytes.size(0), file.channels(), file.height(), file.width());
  }

  /** Numbers to make images of, standard normal, {@code [count, latent]}. */
  Tensor latent(long count, Device device) {
    Shape shape = Shape.of(count, file.settings().latent());
    return Creation.randn(new Spec(shape, file.settings().dtype().dtype(), device));
  }

  /**
   * Images side by side, with a white line between two.
   *
   * @param images each {@code [channels, height, width]}, elements from 0 to 1
   */
  Picture picture(Tensor... images) {
    int height = file.height();
    int width = file.width();
    int wide = images.length * (width + 1) - 1;
    byte[] planes = new byte[file.channels() * height * wide];
    Arrays.fill(planes, (byte) MOST);
    for (int number = 0; number < images.length; number++) {
      double[] elements = images[number].to(DType.FLOAT64).toDoubleArray();
      for (int i = 0; i < elements.length; i++) {
        int row = i / width;
        int at = row * wide + number * (width + 1) + i % width;
        planes[at] = (byte) Math.round(MOST * Math.max(0, Math.min(1, elements[i])));
      }
    }
    return Picture.ofPlanes(planes, file.channels(), height, wide);
  }
}
