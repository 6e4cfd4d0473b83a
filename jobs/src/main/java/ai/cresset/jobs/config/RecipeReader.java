package ai.cresset.jobs.config;

import ai.cresset.error.ConfigException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads a recipe: a YAML file that names every setting of a record, and {@code key=value} overrides
 * by dotted path. In values, <code>${cresset.home}</code> stands for the project's directory, which
 * {@code deploy/local/run.sh} passes as the system property {@code cresset.home}.
 */
public final class RecipeReader {
  private RecipeReader() {}

  /**
   * Reads {@code file} with {@code overrides} over it.
   *
   * @throws ConfigException on a key or value that does not fit; the text names place and key
   */
  public static <R extends Record> R read(Class<R> type, Path file, List<String> overrides) {
    return type.cast(bind(type, file.toString(), document(file), overrides));
  }

  /**
   * The same for a file that says itself what it is.
   *
   * @param key the setting that says so; a key of each of the records too
   * @param kinds the records of its values
   */
  public static <R> R read(
      String key,
      Map<String, ? extends Class<? extends R>> kinds,
      Path file,
      List<String> overrides) {
    ConfigNode.Section document = document(file);
    String names = String.join(", ", kinds.keySet());
    ConfigNode node = document.entries().get(key);
    if (node == null) {
      throw ConfigException.because(
          file + ": missing setting " + key + ", which says what it is: one of " + names);
    }
    Class<? extends R> type =
        node instanceof ConfigNode.Scalar scalar ? kinds.get(scalar.text().strip()) : null;
    if (type == null) {
      throw ConfigException.because(
          node.origin()
              + ": "
              + ConfigException.value(key, node.describe(), "one of " + names).getMessage());
    }
    return type.cast(bind(type, file.toString(), document, overrides));
  }

  private static ConfigNode.Section document(Path file) {
    if (Files.isDirectory(file)) {
      throw ConfigException.because(
          "the recipe " + file + " is a directory; name a YAML file, such as one of conf/");
    }
    if (!Files.isRegularFile(file)) {
      throw ConfigException.because(
          "the recipe " + file + " does not exist (looked for " + file.toAbsolutePath() + ")");
    }
    try {
      return YamlSource.readDocument(file.toString(), Files.readString(file));
    } catch (CharacterCodingException e) {
      throw ConfigException.because(
          "the recipe " + file + " is not UTF-8 text; convert it to UTF-8");
    } catch (IOException e) {
      throw ConfigException.because("the recipe " + file + " cannot be read: " + e);
    }
  }

  /** The same for text; errors call it {@code name}. */
  public static <R extends Record> R parse(
      Class<R> type, String name, String text, List<String> overrides) {
    return type.cast(bind(type, name, YamlSource.readDocument(name, text), overrides));
  }

  private static Object bind(
      Class<?> type, String name, ConfigNode.Section document, List<String> overrides) {
    RecordSchema schema = RecordSchema.of(type);
    ConfigNode.Section root = new Overrides(schema).apply(document, overrides);
    Map<String, String> variables = Map.of("cresset.home", System.getProperty("cresset.home", ""));
    return new RecordBinder(schema, variables).bind(type, name, root);
  }
}
