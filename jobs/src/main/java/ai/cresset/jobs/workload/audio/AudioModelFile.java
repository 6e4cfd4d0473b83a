package ai.cresset.jobs.workload.audio;

import ai.cresset.jobs.recipe.AudioModelSettings;
import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.model.ImageCnn;
import ai.cresset.model.ImageCnnConfig;
import ai.cresset.model.SoundClassifier;
import ai.cresset.model.SoundClassifierConfig;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.type.Device;
import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * A classifier of sounds.
 *
 * @param rows of the pictures of frequencies
 * @param windows their columns
 * @param classes how many there are
 * @param settings the recipe's section {@code model}
 */
@JsonTypeName("audio")
public record AudioModelFile(int rows, int windows, int classes, AudioModelSettings settings)
    implements ModelFile {
  private static final int GRID = 2;

  @Override
  public RecipeKind recipe() {
    return RecipeKind.AUDIO;
  }

  @Override
  public Layer build(Device device) {
    Placement placement = new Placement(settings.dtype().dtype(), device);
    return switch (settings.kind()) {
      case CNN ->
          new ImageCnn(
              new ImageCnnConfig(
                  1,
                  rows,
                  windows,
                  classes,
                  settings.layers(),
                  1,
                  settings.width(),
                  true,
                  GRID,
                  0,
                  settings.dropout()),
              placement);
      case GRU ->
          new SoundClassifier(
              new SoundClassifierConfig(
                  rows,
                  classes,
                  settings.width(),
                  settings.layers(),
                  settings.bidirectional(),
                  settings.dropout()),
              placement);
    };
  }
}
