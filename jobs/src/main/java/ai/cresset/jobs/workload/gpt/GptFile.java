package ai.cresset.jobs.workload.gpt;

import ai.cresset.jobs.recipe.GptModelSettings;
import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.Placement;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.type.Device;
import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * A GPT language model.
 *
 * @param vocabulary number of tokens
 * @param settings the recipe's section {@code model}
 */
@JsonTypeName("gpt")
public record GptFile(int vocabulary, GptModelSettings settings) implements ModelFile {
  @Override
  public RecipeKind recipe() {
    return RecipeKind.GPT;
  }

  public GptConfig config() {
    return new GptConfig(
        vocabulary,
        settings.context(),
        settings.layers(),
        settings.heads(),
        settings.width(),
        settings.dropout(),
        settings.bias(),
        settings.tiedEmbeddings(),
        GeluApproximation.NONE);
  }

  @Override
  public Gpt build(Device device) {
    return new Gpt(config(), new Placement(settings.dtype().dtype(), device));
  }
}
