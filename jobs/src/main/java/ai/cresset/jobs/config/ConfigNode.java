package ai.cresset.jobs.config;

import java.util.List;
import java.util.Map;

/** A piece of a configuration before the records give it types; each knows where it was written. */
sealed interface ConfigNode {
  /** Where it was written: {@code conf/x.yaml line 3} or {@code override 'a.b=c'}. */
  String origin();

  /** What a reader of an error should see. */
  String describe();

  /** Keys and values. */
  record Section(Map<String, ConfigNode> entries, String origin) implements ConfigNode {
    @Override
    public String describe() {
      return "a section with " + String.join(", ", entries.keySet());
    }
  }

  /** A list. */
  record Values(List<ConfigNode> items, String origin) implements ConfigNode {
    @Override
    public String describe() {
      return "a list of " + items.size();
    }
  }

  /** One value, as it was written; the setting's type decides what it means. */
  record Scalar(String text, String origin) implements ConfigNode {
    @Override
    public String describe() {
      return "'" + text + "'";
    }
  }

  /** A key without a value. */
  record Nothing(String origin) implements ConfigNode {
    @Override
    public String describe() {
      return "nothing";
    }
  }
}
