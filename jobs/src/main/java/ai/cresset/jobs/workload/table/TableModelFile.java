package ai.cresset.jobs.workload.table;

import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.jobs.recipe.TableModelSettings;
import ai.cresset.jobs.recipe.TableModelSettings.Categories;
import ai.cresset.jobs.recipe.TableModelSettings.Norm;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.model.TableMlp;
import ai.cresset.model.TableMlpConfig;
import ai.cresset.nn.Placement;
import ai.cresset.type.Device;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * A model of table rows.
 *
 * @param numbers how many numeric columns there are
 * @param categories how many different values each categorical column may take
 * @param outputs the classes, or 1 for a quantity
 * @param settings the recipe's section {@code model}
 */
@JsonTypeName("table")
public record TableModelFile(
    int numbers, List<Long> categories, int outputs, TableModelSettings settings)
    implements ModelFile {
  public TableModelFile {
    categories = List.copyOf(categories);
  }

  @Override
  public RecipeKind recipe() {
    return RecipeKind.TABLE;
  }

  @Override
  public TableMlp build(Device device) {
    return new TableMlp(
        new TableMlpConfig(
            numbers,
            categories,
            outputs,
            settings.hidden(),
            settings.categories() == Categories.EMBEDDING ? settings.embeddingWidth() : 0,
            settings.norm() == Norm.LAYER,
            settings.dropout()),
        new Placement(settings.dtype().dtype(), device));
  }
}
