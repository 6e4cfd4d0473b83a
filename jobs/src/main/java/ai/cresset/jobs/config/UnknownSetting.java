package ai.cresset.jobs.config;

import ai.cresset.error.ConfigException;
import java.util.List;

/** What to say about a key that no record has. */
final class UnknownSetting {
  private UnknownSetting() {}

  static ConfigException exception(String origin, String path, RecordSchema schema) {
    String hint =
        NearestName.of(path, schema.paths())
            .map(near -> "did you mean '" + near + "'?")
            .orElseGet(() -> known(path, schema));
    return ConfigException.because(origin + ": unknown setting '" + path + "'; " + hint);
  }

  private static String known(String path, RecordSchema schema) {
    int dot = path.lastIndexOf('.');
    String section = dot < 0 ? "" : path.substring(0, dot);
    if (!schema.isSection(section)) {
      section = "";
    }
    List<String> keys = schema.sections().getOrDefault(section, List.of());
    return (section.isEmpty() ? "the sections are " : "the settings of " + section + " are ")
        + String.join(", ", keys);
  }
}
