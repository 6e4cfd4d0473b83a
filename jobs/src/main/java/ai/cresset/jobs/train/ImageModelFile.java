package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.ImageModelSettings;
import ai.cresset.jobs.recipe.ImageModelSettings.Norm;
import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.model.ImageCnn;
import ai.cresset.model.ImageCnnConfig;
import ai.cresset.nn.Placement;
import ai.cresset.type.Device;

/**
 * A classifier of images.
 *
 * @param channels of an image
 * @param height of an image, in elements
 * @param width of an image, in elements
 * @param classes how many there are
 * @param settings the recipe's section {@code model}
 */
record ImageModelFile(int channels, int height, int width, int classes, ImageModelSettings settings)
    implements ModelFile {
  @Override
  public RecipeKind recipe() {
    return RecipeKind.IMAGE;
  }

  @Override
  public ImageCnn build(Device device) {
    return new ImageCnn(
        new ImageCnnConfig(
            channels,
            height,
            width,
            classes,
            settings.stages(),
            settings.convolutions(),
            settings.width(),
            settings.norm() == Norm.GROUP,
            settings.grid(),
            settings.hidden(),
            settings.dropout()),
        new Placement(settings.dtype().dtype(), device));
  }
}
