package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import ai.cresset.jobs.recipe.ImageModelSettings.Norm;
import java.io.Serializable;

/**
 * The section {@code model} of a {@code generative} recipe: convolutions down to a few numbers and
 * up from them, which take the size of the images and their channels from the data.
 *
 * @param kind what is learned
 * @param latent how many numbers stand for an image
 * @param stages each halves the image and has twice the channels of the one before
 * @param width channels of the first stage
 * @param norm what follows each convolution
 * @param beta how much the distance from the standard normal distribution counts in a VAE; 1 gives
 *     the evidence lower bound, and is what the others have
 * @param certainty how sure the discriminator of a GAN shall be of real images, above 0.5; 1 is
 *     what the others have
 * @param gradientPenalty how much the slope of a GAN's discriminator at real images counts, which
 *     steadies both networks; 0 is what the others have
 * @param dtype what weights, gradients and optimizer state are kept in, and computed in
 */
public record GenerativeModelSettings(
    Kind kind,
    int latent,
    int stages,
    int width,
    Norm norm,
    double beta,
    double certainty,
    double gradientPenalty,
    FloatType dtype)
    implements Serializable {
  public GenerativeModelSettings {
    Check.atLeast("model.latent", latent, 1);
    Check.atLeast("model.stages", stages, 1);
    Check.atLeast("model.width", width, 1);
    Check.notNegative("model.beta", beta);
    Check.notNegative("model.gradient_penalty", gradientPenalty);
    if (!(certainty > 0.5 && certainty <= 1)) {
      throw ConfigException.value("model.certainty", certainty, "a number above 0.5, up to 1");
    }
    if (kind != Kind.VAE && beta != 1) {
      throw ConfigException.value("model.beta", beta, "1, because model.kind is no vae");
    }
    if (kind != Kind.GAN && certainty != 1) {
      throw ConfigException.value("model.certainty", certainty, "1, because model.kind is no gan");
    }
    if (kind != Kind.GAN && gradientPenalty != 0) {
      throw ConfigException.value(
          "model.gradient_penalty", gradientPenalty, "0, because model.kind is no gan");
    }
  }

  /** What is learned. */
  public enum Kind {
    /** Numbers from which an image comes back. */
    AUTOENCODER,
    /** The same, with numbers of a known distribution, of which new images are made. */
    VAE,
    /** New images that another network takes for real ones. */
    GAN
  }
}
