package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * Hides neighbouring windows of a spectrogram {@code [channels, bands, windows]} behind zeros
 * ({@code torchaudio.transforms.TimeMasking}; Park et al., "SpecAugment", 2019).
 *
 * @param most windows to hide
 */
public record TimeMasking(int most) implements Transform {
  public TimeMasking {
    if (most < 0) {
      throw ConfigException.value("TimeMasking most", most, "0 or more");
    }
  }

  @Override
  public Tensor apply(Tensor picture, Draws draws) {
    int windows = (int) picture.size(2);
    MaskedSpan span = MaskedSpan.draw(windows, most, draws);
    float[] elements = picture.toFloatArray();
    for (int i = 0; i < elements.length; i++) {
      elements[i] = span.holds(i % windows) ? 0 : elements[i];
    }
    return Tensor.of(elements).reshape(picture.shape());
  }
}
