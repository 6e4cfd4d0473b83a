package ai.cresset.jobs.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings of a recipe in tests, where one may stand several times: the last one counts. */
final class RecipeSettings {
  private RecipeSettings() {}

  /** All of them, each key once. */
  @SafeVarargs
  static List<String> merged(List<String>... parts) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (List<String> part : parts) {
      part.forEach(each -> settings.put(each.substring(0, each.indexOf('=')), each));
    }
    return List.copyOf(settings.values());
  }
}
