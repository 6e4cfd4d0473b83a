package ai.cresset.jobs.train;

import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.ImageModelSettings;
import ai.cresset.model.ImageCnn;
import ai.cresset.nn.StateDict;
import ai.cresset.spark.checkpoint.HadoopFile;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Weights that an image classifier starts from: those of its features, while the head is new. */
final class PretrainedWeights {
  private static final String FEATURES = "features.";
  private static final String HEAD = "head.";

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
  static void load(ImageCnn cnn, ImageModelSettings settings) {
    if (settings.init().isEmpty()) {
      return;
    }
    try (SafetensorsFile file = open(settings.init(), SparkHadoopUtil.get().conf());
        StateDict features = new StateDict()) {
      List<String> names = file.entries().stream().map(entry -> entry.name()).toList();
      for (String name : names) {
        if (name.startsWith(FEATURES)) {
          features.put(name.substring(FEATURES.length()), file.read(name));
        } else if (!name.startsWith(HEAD)) {
          throw CheckpointException.because(
              settings.init()
                  + ": expected tensors under features and head, as conf/image-cnn.yaml trains"
                  + " them, got '"
                  + name
                  + "'");
        }
      }
      cnn.features().loadStateDict(features);
    }
    if (settings.freeze()) {
      cnn.features().freeze();
    }
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
