package ai.cresset.jobs.workload;

import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.nn.Module;
import ai.cresset.type.Device;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is needed to build a model anew: {@code model.json} beside its checkpoints. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
public interface ModelFile extends Serializable {
  String NAME = "model.json";
  JsonMapper JSON = new JsonMapper();

  /** Settings of training only: a model with other ones has the same parameters. */
  Set<String> OF_TRAINING = Set.of("dropout", "init", "freeze");

  /** The kind of recipe that trains it. */
  RecipeKind recipe();

  /** The recipe's section {@code model}. */
  Record settings();

  /** A new model; the thread's generator decides its weights. */
  Module build(Device device);

  default String write() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JacksonException e) {
      throw new IllegalStateException("a record of numbers has a JSON form", e);
    }
  }

  /** What differs from another model, one line each; settings of training do not count. */
  default List<String> differences(ModelFile stored) {
    if (recipe() != stored.recipe()) {
      return differences(recipe(), settings(), stored);
    }
    List<String> lines = new ArrayList<>();
    JsonNode theirs = JSON.valueToTree(stored);
    for (var field : JSON.<JsonNode>valueToTree(this).properties()) {
      if (!field.getValue().isObject()) {
        compare(field.getKey(), field.getValue(), theirs.get(field.getKey()), lines);
      }
    }
    lines.addAll(differences(recipe(), settings(), stored));
    return lines;
  }

  /** The same as far as the settings alone say. */
  static List<String> differences(RecipeKind kind, Record settings, ModelFile stored) {
    List<String> lines = new ArrayList<>();
    if (kind != stored.recipe()) {
      compare("recipe", kind.text(), stored.recipe().text(), lines);
      return lines;
    }
    JsonNode theirs = JSON.valueToTree(stored.settings());
    for (var field : JSON.<JsonNode>valueToTree(settings).properties()) {
      if (!OF_TRAINING.contains(field.getKey())) {
        compare("model." + field.getKey(), field.getValue(), theirs.get(field.getKey()), lines);
      }
    }
    return lines;
  }

  private static void compare(
      String key, Object mine, @Nullable Object theirs, List<String> lines) {
    if (!mine.equals(theirs)) {
      lines.add(key + ": " + mine + " in the recipe, " + theirs + " in the checkpoints");
    }
  }
}
