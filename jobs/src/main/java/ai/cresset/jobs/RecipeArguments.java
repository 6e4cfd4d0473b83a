package ai.cresset.jobs;

import ai.cresset.jobs.recipe.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** {@code RECIPE key=value...}, which every job that follows a recipe takes. */
final class RecipeArguments {
  @Parameters(index = "0", paramLabel = "RECIPE", description = "A YAML file, as in conf/.")
  private Path recipe = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings that replace the recipe's, such as train.steps=500.")
  private List<String> overrides = new ArrayList<>();

  RecipeArguments() {}

  Recipe read() {
    return read(List.of());
  }

  /** With more overrides, which stand above those of the command. */
  Recipe read(List<String> more) {
    List<String> all = new ArrayList<>(overrides);
    for (String each : more) {
      String key = each.substring(0, each.indexOf('=') + 1);
      all.removeIf(own -> own.startsWith(key));
    }
    all.addAll(more);
    return Recipe.read(recipe, all);
  }
}
