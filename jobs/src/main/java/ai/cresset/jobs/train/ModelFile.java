package ai.cresset.jobs.train;

import ai.cresset.error.CheckpointException;
import ai.cresset.jobs.recipe.ModelSettings;
import ai.cresset.jobs.recipe.ModelSettings.FloatType;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.Placement;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is needed to build a model anew: {@code model.json} beside its checkpoints.
 *
 * @param vocabulary number of tokens
 * @param settings the recipe's section {@code model}
 */
record ModelFile(int vocabulary, ModelSettings settings) implements Serializable {
  static final String NAME = "model.json";

  private static final JsonMapper JSON = new JsonMapper();

  GptConfig config() {
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

  /** A new model; the thread's generator decides its weights. */
  Gpt build(Device device) {
    DType dtype = settings.dtype() == FloatType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    return new Gpt(config(), new Placement(dtype, device));
  }

  /** A model with the same tokens. */
  ModelFile with(ModelSettings other) {
    return new ModelFile(vocabulary, other);
  }

  String write() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JacksonException e) {
      throw new IllegalStateException("a record of numbers has a JSON form", e);
    }
  }

  /**
   * The model that {@link #write} wrote.
   *
   * @param name what errors call the file
   */
  static ModelFile read(String name, String text) {
    try {
      return JSON.readValue(text, ModelFile.class);
    } catch (JacksonException e) {
      throw CheckpointException.corrupt(name, "content", e);
    }
  }

  /** What differs from another model, one line each; dropout does not count. */
  List<String> differences(ModelFile stored) {
    List<String> lines = new ArrayList<>();
    compare("vocabulary", vocabulary, stored.vocabulary, lines);
    JsonNode mine = JSON.valueToTree(settings);
    JsonNode theirs = JSON.valueToTree(stored.settings);
    for (var field : mine.properties()) {
      if (!field.getKey().equals("dropout")) {
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
