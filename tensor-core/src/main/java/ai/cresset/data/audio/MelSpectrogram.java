package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.tensor.Tensor;

/**
 * How strong each band of frequencies is over time ({@code torchaudio.transforms.MelSpectrogram}):
 * float32 {@code [channels, frames]} to {@code [channels, bands, windows]}.
 *
 * @param spectrogram of single frequencies
 * @param scale the bands
 */
public record MelSpectrogram(Spectrogram spectrogram, MelScale scale) implements Transform {
  @Override
  public Tensor apply(Tensor sound, Draws draws) {
    Tensor plain = spectrogram.apply(sound, draws);
    return Bands.sums(plain, scale.weights((int) plain.size(1)));
  }
}
