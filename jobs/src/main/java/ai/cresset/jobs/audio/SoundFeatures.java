package ai.cresset.jobs.audio;

import ai.cresset.data.audio.AmplitudeToDecibel;
import ai.cresset.data.audio.MelScale;
import ai.cresset.data.audio.MelSpectrogram;
import ai.cresset.data.audio.Mfcc;
import ai.cresset.data.audio.Spectrogram;
import ai.cresset.data.transform.Compose;
import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.jobs.recipe.AudioDataSettings;
import ai.cresset.jobs.recipe.AudioDataSettings.Features;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns sounds into pictures of their frequencies.
 *
 * @param features what is seen
 * @param sampleRate frames a second
 * @param frames of a sound
 * @param points of the Fourier transform
 * @param hop frames between windows
 * @param bands of the mel scale
 * @param coefficients of the cepstrum
 */
public record SoundFeatures(
    Features features, int sampleRate, int frames, int points, int hop, int bands, int coefficients)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Decibels below the loudest that are told apart. */
  private static final double RANGE = 80;

  static SoundFeatures of(AudioDataSettings settings) {
    return new SoundFeatures(
        settings.features(),
        settings.sampleRate(),
        settings.frames(),
        settings.points(),
        settings.hop(),
        settings.bands(),
        settings.coefficients());
  }

  /** Rows of a picture. */
  public int rows() {
    return features == Features.MFCC ? coefficients : bands;
  }

  /** Columns of a picture. */
  public int windows() {
    return 1 + (frames + points / 2 * 2 - points) / hop;
  }

  /** From float32 {@code [1, frames]} to {@code [1, rows, windows]}. */
  public Transform transform() {
    MelSpectrogram mel =
        new MelSpectrogram(
            new Spectrogram(points, points, hop, 2), new MelScale(bands, sampleRate));
    return features == Features.MFCC
        ? new Mfcc(coefficients, mel)
        : new Compose(mel, new AmplitudeToDecibel(RANGE));
  }

  /** The picture of a sound as it is stored, {@code [rows, windows]}. */
  float[] picture(byte[] sound) {
    ByteBuffer bytes = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN);
    float[] wave = new float[sound.length / 2];
    for (int i = 0; i < wave.length; i++) {
      wave[i] = bytes.getShort() / 32768f;
    }
    try (Allocator allocator = Allocator.create("sound", Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind();
        Scope scope = Scope.open("sound")) {
      Tensor plain = Tensor.of(wave, 1, wave.length);
      return transform().apply(plain, new Draws(0, 0, 0)).toFloatArray();
    }
  }
}
