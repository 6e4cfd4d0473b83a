package ai.cresset.jobs.config;

import ai.cresset.error.ConfigException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Settings from the command line, {@code train.steps=5}, put over those of a file. */
final class Overrides {
  private final RecordSchema schema;

  Overrides(RecordSchema schema) {
    this.schema = schema;
  }

  /** {@code file} with the overrides in it. Each must name a setting that exists, once. */
  ConfigNode.Section apply(ConfigNode.Section file, List<String> overrides) {
    ConfigNode.Section result = file;
    Set<String> seen = new HashSet<>();
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals <= 0) {
        throw ConfigException.because(
            "override '" + override + "': expected key=value, such as train.steps=500");
      }
      String path = override.substring(0, equals).strip();
      String origin = "override '" + override + "'";
      if (schema.isSection(path)) {
        throw ConfigException.because(
            origin
                + ": '"
                + path
                + "' is a section; set one of its keys: "
                + String.join(", ", schema.sections().getOrDefault(path, List.of())));
      }
      if (!schema.settings().contains(path)) {
        throw UnknownSetting.exception(origin, path, schema);
      }
      if (!seen.add(path)) {
        throw ConfigException.because(origin + ": '" + path + "' is overridden twice");
      }
      result = put(result, path, 0, new ConfigNode.Scalar(override.substring(equals + 1), origin));
    }
    return result;
  }

  private static ConfigNode.Section put(
      ConfigNode.Section section, String path, int start, ConfigNode value) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>(section.entries());
    int dot = path.indexOf('.', start);
    if (dot < 0) {
      entries.put(path.substring(start), value);
    } else {
      String key = path.substring(start, dot);
      ConfigNode.Section child =
          entries.get(key) instanceof ConfigNode.Section s
              ? s
              : new ConfigNode.Section(Map.of(), value.origin());
      entries.put(key, put(child, path, dot + 1, value));
    }
    return new ConfigNode.Section(entries, section.origin());
  }
}
