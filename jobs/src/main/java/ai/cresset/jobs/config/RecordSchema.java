package ai.cresset.jobs.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The keys that a record and the records inside it stand for.
 *
 * @param sections dotted path of each section and its own keys, the root being {@code ""}
 * @param settings dotted paths of all values, in order of declaration
 */
record RecordSchema(Map<String, List<String>> sections, List<String> settings) {

  static RecordSchema of(Class<?> type) {
    RecordSchema schema = new RecordSchema(new LinkedHashMap<>(), new ArrayList<>());
    schema.collect(type, "");
    return schema;
  }

  private void collect(Class<?> type, String path) {
    List<String> keys = new ArrayList<>();
    sections.put(path, keys);
    for (RecordComponent component : type.getRecordComponents()) {
      String key = key(component);
      keys.add(key);
      if (component.getType().isRecord()) {
        collect(component.getType(), join(path, key));
      } else {
        settings.add(join(path, key));
      }
    }
  }

  boolean isSection(String path) {
    return sections.containsKey(path);
  }

  /** Every path, sections too. */
  List<String> paths() {
    List<String> paths = new ArrayList<>(settings);
    sections.keySet().stream().filter(s -> !s.isEmpty()).forEach(paths::add);
    return paths;
  }

  /** {@code globalBatch} is the key {@code global_batch}. */
  static String key(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
