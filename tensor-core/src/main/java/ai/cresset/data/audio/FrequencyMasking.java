package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * Hides neighbouring bands of a spectrogram {@code [channels, bands, windows]} behind zeros ({@code
 * torchaudio.transforms.FrequencyMasking}; Park et al., "SpecAugment", 2019).
 *
 * @param most bands to hide
 */
public record FrequencyMasking(int most) implements Transform {
  public FrequencyMasking {
    if (most < 0) {
      throw ConfigException.value("FrequencyMasking most", most, "0 or more");
    }
  }

  @Override
  public Tensor apply(Tensor picture, Draws draws) {
    int bands = (int) picture.size(1);
    MaskedSpan span = MaskedSpan.draw(bands, most, draws);
    float[] elements = picture.toFloatArray();
    int windows = (int) picture.size(2);
    for (int i = 0; i < elements.length; i++) {
      elements[i] = span.holds(i / windows % bands) ? 0 : elements[i];
    }
    return Tensor.of(elements).reshape(picture.shape());
  }
}
