package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * Adds noise to some sounds {@code [channels, frames]}: from white to brown, as chance has it, at a
 * distance that is drawn between two.
 *
 * @param probability of noise, in [0, 1]
 * @param least decibels that the sound lies above the noise
 * @param most decibels that it lies above the noise
 */
public record BackgroundNoise(double probability, double least, double most) implements Transform {
  /** How much of the last number stays in brown noise. */
  private static final double BROWNEST = 0.98;

  public BackgroundNoise {
    if (!(probability >= 0 && probability <= 1)) {
      throw ConfigException.value("BackgroundNoise probability", probability, "0 to 1");
    }
    if (!(least <= most)) {
      throw ConfigException.value("BackgroundNoise least", least, "at most " + most);
    }
  }

  @Override
  public Tensor apply(Tensor sound, Draws draws) {
    if (!draws.chance(probability)) {
      return sound;
    }
    double decibels = draws.uniform(least, most);
    double stays = BROWNEST * draws.uniform();
    float[] samples = sound.toFloatArray();
    double[] noise = new double[samples.length];
    double last = 0;
    double loud = 0;
    double energy = 0;
    for (int i = 0; i < noise.length; i++) {
      last = stays * last + draws.normal();
      noise[i] = last;
      loud += last * last;
      energy += (double) samples[i] * samples[i];
    }
    double scale = loud == 0 ? 0 : Math.sqrt(energy / loud) * StrictMath.pow(10, -decibels / 20);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (samples[i] + scale * noise[i]);
    }
    return Tensor.of(samples).reshape(sound.shape());
  }
}
