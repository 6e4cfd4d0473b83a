package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * Brings each band of pictures {@code [channels, bands, windows]} to mean 0 and variance 1.
 *
 * @param means of the bands, over data to train on
 * @param deviations standard deviations of the same, above 0
 */
public record StandardBands(List<Double> means, List<Double> deviations) implements Transform {
  public StandardBands {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
  }

  @Override
  public Tensor apply(Tensor picture, Draws draws) {
    int bands = (int) picture.size(1);
    if (bands != means.size() || bands != deviations.size()) {
      throw ShapeException.mismatch("StandardBands", means.size() + " bands", picture.spec());
    }
    int windows = (int) picture.size(2);
    float[] elements = picture.toFloatArray();
    for (int i = 0; i < elements.length; i++) {
      int band = i / windows % bands;
      elements[i] = (float) ((elements[i] - means.get(band)) / deviations.get(band));
    }
    return Tensor.of(elements).reshape(picture.shape());
  }
}
