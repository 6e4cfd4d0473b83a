package ai.cresset.jobs.workload.series;

import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.jobs.recipe.SeriesModelSettings;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.model.Forecaster;
import ai.cresset.model.ForecasterConfig;
import ai.cresset.nn.Placement;
import ai.cresset.type.Device;
import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * A forecaster.
 *
 * @param context steps that a forecast is made from
 * @param horizon steps that are forecast
 * @param targets quantities that are forecast
 * @param covariates features of each step that are known ahead
 * @param settings the recipe's section {@code model}
 */
@JsonTypeName("series")
public record SeriesModelFile(
    int context, int horizon, int targets, int covariates, SeriesModelSettings settings)
    implements ModelFile {
  @Override
  public RecipeKind recipe() {
    return RecipeKind.SERIES;
  }

  @Override
  public Forecaster build(Device device) {
    return new Forecaster(
        new ForecasterConfig(
            switch (settings.kind()) {
              case LSTM -> ForecasterConfig.Encoder.LSTM;
              case GRU -> ForecasterConfig.Encoder.GRU;
              case TCN -> ForecasterConfig.Encoder.TCN;
              case TRANSFORMER -> ForecasterConfig.Encoder.TRANSFORMER;
            },
            context,
            horizon,
            targets,
            covariates,
            settings.outputs(),
            settings.width(),
            settings.layers(),
            settings.heads(),
            settings.kernel(),
            settings.dropout(),
            switch (settings.anchor()) {
              case NONE -> ForecasterConfig.Anchor.NONE;
              case LAST -> ForecasterConfig.Anchor.LAST;
              case MEAN -> ForecasterConfig.Anchor.MEAN;
            },
            settings.shortcut()),
        new Placement(settings.dtype().dtype(), device));
  }
}
