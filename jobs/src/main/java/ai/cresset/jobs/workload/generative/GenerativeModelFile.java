package ai.cresset.jobs.workload.generative;

import ai.cresset.jobs.recipe.GenerativeModelSettings;
import ai.cresset.jobs.recipe.ImageModelSettings.Norm;
import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.model.ConvolutionalAutoencoder;
import ai.cresset.model.GenerativeAdversarialNetwork;
import ai.cresset.model.ImageCoderConfig;
import ai.cresset.model.VariationalAutoencoder;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.type.Device;
import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * A network that makes images.
 *
 * @param channels of an image
 * @param height of an image, in elements
 * @param width of an image, in elements
 * @param settings the recipe's section {@code model}
 */
@JsonTypeName("generative")
public record GenerativeModelFile(
    int channels, int height, int width, GenerativeModelSettings settings) implements ModelFile {
  @Override
  public RecipeKind recipe() {
    return RecipeKind.GENERATIVE;
  }

  /** The shape of its parts. */
  public ImageCoderConfig config() {
    return new ImageCoderConfig(
        channels,
        height,
        width,
        settings.latent(),
        settings.stages(),
        settings.width(),
        settings.norm() == Norm.GROUP);
  }

  @Override
  public Layer build(Device device) {
    Placement placement = new Placement(settings.dtype().dtype(), device);
    return switch (settings.kind()) {
      case AUTOENCODER -> new ConvolutionalAutoencoder(config(), placement);
      case VAE -> new VariationalAutoencoder(config(), placement);
      case GAN -> new GenerativeAdversarialNetwork(config(), placement);
    };
  }
}
