package ai.cresset.data.transform;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;

/**
 * {@code (x - mean) / deviation} of each channel of a float32 image.
 *
 * @param means one for each channel
 * @param deviations one for each channel, not 0
 */
public record Normalize(List<Double> means, List<Double> deviations) implements Transform {
  /** Those of ImageNet's images, for models trained on them. */
  public static final Normalize IMAGENET =
      new Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  public Normalize {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    if (means.size() != deviations.size() || deviations.stream().anyMatch(each -> each == 0)) {
      throw ConfigException.because(
          "Normalize: expected as many deviations as means, none of them 0, got means "
              + means
              + " and deviations "
              + deviations);
    }
  }

  @Override
  public Tensor apply(Tensor image, Draws draws) {
    if (image.dtype() != DType.FLOAT32) {
      throw DTypeException.unsupported("Normalize", image.dtype(), "float32; use ToTensor before");
    }
    Pixels pixels = Pixels.of("Normalize", image);
    if (pixels.channels() != means.size()) {
      throw ShapeException.mismatch(
          "Normalize", "an image of " + means.size() + " channels", image.spec());
    }
    float[] elements = pixels.floats();
    float[] values = new float[elements.length];
    int plane = pixels.height() * pixels.width();
    for (int channel = 0; channel < means.size(); channel++) {
      float mean = means.get(channel).floatValue();
      float deviation = deviations.get(channel).floatValue();
      for (int i = channel * plane; i < (channel + 1) * plane; i++) {
        values[i] = (elements[i] - mean) / deviation;
      }
    }
    return pixels.truncated(pixels.channels(), values).tensor();
  }
}
