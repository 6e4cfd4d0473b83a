package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * Adds recorded noise to some sounds {@code [channels, frames]}: any part of any recording, from
 * its beginning again where it ends too soon, at a distance that is drawn between two. All channels
 * get the same.
 *
 * @param probability of noise, in [0, 1]
 * @param least decibels that the sound lies above the noise
 * @param most decibels that it lies above the noise
 * @param recordings of one channel and the rate of the sounds; not to be changed any more
 */
public record RecordedNoise(double probability, double least, double most, List<float[]> recordings)
    implements Transform {
  public RecordedNoise {
    if (!(probability >= 0 && probability <= 1)) {
      throw ConfigException.value("RecordedNoise probability", probability, "0 to 1");
    }
    if (!(least <= most)) {
      throw ConfigException.value("RecordedNoise least", least, "at most " + most);
    }
    recordings = List.copyOf(recordings);
    if (recordings.isEmpty() || recordings.stream().anyMatch(each -> each.length == 0)) {
      throw ConfigException.value(
          "RecordedNoise recordings", recordings.size() + " of them", "some, none of them empty");
    }
  }

  @Override
  public Tensor apply(Tensor sound, Draws draws) {
    if (!draws.chance(probability)) {
      return sound;
    }
    double decibels = draws.uniform(least, most);
    float[] noise = recordings.get(draws.below(recordings.size()));
    int first = draws.below(noise.length);
    float[] samples = sound.toFloatArray();
    int frames = (int) sound.size(-1);
    double loud = 0;
    double energy = 0;
    for (int i = 0; i < samples.length; i++) {
      double heard = noise[(first + i % frames) % noise.length];
      loud += heard * heard;
      energy += (double) samples[i] * samples[i];
    }
    double scale = loud == 0 ? 0 : Math.sqrt(energy / loud) * StrictMath.pow(10, -decibels / 20);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (samples[i] + scale * noise[(first + i % frames) % noise.length]);
    }
    return Tensor.of(samples).reshape(sound.shape());
  }
}
