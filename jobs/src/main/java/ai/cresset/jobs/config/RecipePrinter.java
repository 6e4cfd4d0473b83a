package ai.cresset.jobs.config;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a recipe as YAML that {@link RecipeReader} reads back to an equal record. */
public final class RecipePrinter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9/_.-]*");
  private static final Pattern WORD = Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n");

  private RecipePrinter() {}

  /** The whole recipe, every setting on a line. */
  public static String print(Record recipe) {
    StringBuilder out = new StringBuilder();
    section(recipe, "", out);
    return out.toString();
  }

  /** Every setting as text, by its dotted path. */
  public static Map<String, String> settings(Record recipe) {
    Map<String, String> settings = new LinkedHashMap<>();
    collect(recipe, "", settings);
    return settings;
  }

  private static void collect(Record section, String path, Map<String, String> settings) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      Object value = value(section, component);
      String key = RecordSchema.join(path, RecordSchema.key(component));
      if (value instanceof Record child) {
        collect(child, key, settings);
      } else {
        settings.put(key, value instanceof String text ? text : scalar(value));
      }
    }
  }

  private static void section(Record section, String indent, StringBuilder out) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      Object value = value(section, component);
      out.append(indent).append(RecordSchema.key(component)).append(':');
      if (value instanceof Record child) {
        out.append('\n');
        section(child, indent + "  ", out);
      } else {
        out.append(' ').append(scalar(value)).append('\n');
      }
    }
  }

  private static Object value(Record section, RecordComponent component) {
    try {
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  /** JSON's escapes are YAML's too; but YAML has more line ends, and folds what follows them. */
  private static String quoted(String text) {
    StringBuilder escaped = new StringBuilder();
    for (char c : JsonStringEncoder.getInstance().quoteAsString(text)) {
      if (c == '\u0085' || c == '\u2028' || c == '\u2029' || c == '\ufeff' || c == '\u007f') {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String scalar(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(RecipePrinter::scalar).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Enum<?>) {
      return ScalarType.name(value);
    }
    if (value instanceof String text) {
      return PLAIN.matcher(text).matches() && !WORD.matcher(text).matches()
          ? text
          : '"' + quoted(text) + '"';
    }
    return value.toString();
  }
}
