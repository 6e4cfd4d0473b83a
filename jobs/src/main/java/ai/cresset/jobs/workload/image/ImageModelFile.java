package ai.cresset.jobs.workload.image;

import ai.cresset.jobs.recipe.ImageModelSettings;
import ai.cresset.jobs.recipe.ImageModelSettings.Kind;
import ai.cresset.jobs.recipe.ImageModelSettings.Norm;
import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.model.ImageCnn;
import ai.cresset.model.ImageCnnConfig;
import ai.cresset.model.ResNet;
import ai.cresset.model.ResNetConfig;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.type.Device;
import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * A classifier of images.
 *
 * @param channels of an image
 * @param height of an image, in elements
 * @param width of an image, in elements
 * @param classes how many there are
 * @param settings the recipe's section {@code model}
 */
@JsonTypeName("image")
public record ImageModelFile(
    int channels, int height, int width, int classes, ImageModelSettings settings)
    implements ModelFile {
  @Override
  public RecipeKind recipe() {
    return RecipeKind.IMAGE;
  }

  @Override
  public Layer build(Device device) {
    Placement placement = new Placement(settings.dtype().dtype(), device);
    if (settings.kind() == Kind.RESNET18) {
      return new ResNet(ResNetConfig.resNet18(classes).withWidth(settings.width()), placement);
    }
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
        placement);
  }
}
