package ai.cresset.data.audio;

import ai.cresset.tensor.Tensor;

/**
 * Sound.
 *
 * @param samples {@code [channels, frames]}, from -1 to 1; not copied
 * @param channels side by side
 * @param frames of each channel
 * @param sampleRate frames a second
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copying would cost a pass
public record Waveform(float[] samples, int channels, int frames, int sampleRate) {
  /** A float32 tensor {@code [channels, frames]} of the thread's scope. */
  public Tensor tensor() {
    return Tensor.of(samples, channels, frames);
  }
}
