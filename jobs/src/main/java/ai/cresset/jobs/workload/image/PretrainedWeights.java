package ai.cresset.jobs.workload.image;

import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.ImageModelSettings;
import ai.cresset.nn.Layer;
import ai.cresset.nn.StateDict;
import ai.cresset.spark.checkpoint.HadoopFile;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Weights that an image classifier starts from: those of its features, while the head is new. */
final class PretrainedWeights {
  /** Begin the names of what is trained anew: of {@code conf/image-cnn.yaml}, and of a ResNet. */
  private static final List<String> HEADS = List.of("head.", "fc.");

  private PretrainedWeights() {}

  /**
   * Refuses a file that is not there or is no safetensors file.
   *
   * @param location the setting {@code model.init}; empty for none
   */
  static void check(String location, Configuration configuration) {
    if (!location.isEmpty()) {
      open(location, configuration).close();
    }
  }

  /**
   * Loads what the settings name, and freezes it if they say so.
   *
   * @throws CheckpointException if names or shapes of features are others
   */
  static void load(Layer model, ImageModelSettings settings) {
    if (settings.init().isEmpty()) {
      return;
    }
    try (SafetensorsFile file = open(settings.init(), SparkHadoopUtil.get().conf());
        StateDict own = model.stateDict();
        StateDict weights = new StateDict()) {
      file.entries().stream()
          .filter(entry -> !isHead(entry.name()))
          .forEach(entry -> weights.put(entry.name(), file.read(entry.name())));
      own.tensors()
          .forEach(
              (name, tensor) -> {
                if (isHead(name)) {
                  weights.put(name, tensor.detachedClone());
                }
              });
      model.loadStateDict(weights);
    }
    if (settings.freeze()) {
      model.namedParameters().forEach((name, parameter) -> parameter.requiresGrad(isHead(name)));
    }
  }

  /**
   * Puts what is frozen into evaluation mode: batch norms would go on to move their statistics.
   * Called before each step, because whoever trains sets the whole model's mode.
   */
  static void settle(Layer model, ImageModelSettings settings) {
    if (settings.freeze() && model.isTraining()) {
      model.namedChildren().forEach((name, child) -> child.train(isHead(name + ".")));
    }
  }

  private static boolean isHead(String name) {
    return HEADS.stream().anyMatch(name::startsWith);
  }

  private static SafetensorsFile open(String location, Configuration configuration) {
    return SafetensorsFile.open(
        location,
        HadoopFile.open(location, configuration)
            .orElseThrow(
                () ->
                    ConfigException.value(
                        "model.init", "'" + location + "'", "a safetensors file that exists")));
  }
}
