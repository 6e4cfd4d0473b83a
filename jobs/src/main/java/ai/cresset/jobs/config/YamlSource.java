package ai.cresset.jobs.config;

import ai.cresset.error.ConfigException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * YAML text as nodes. Only plain data passes: type tags, anchors, aliases, repeated keys and second
 * documents are refused.
 */
final class YamlSource {
  private static final YAMLFactory FACTORY = new YAMLFactory();

  private final String name;
  private final YAMLParser parser;
  private final boolean showLines;

  private YamlSource(String name, YAMLParser parser, boolean showLines) {
    this.name = name;
    this.parser = parser;
    this.showLines = showLines;
  }

  /**
   * Reads a document.
   *
   * @param name what errors call it, such as its file name
   */
  static ConfigNode.Section readDocument(String name, String text) {
    ConfigNode node = read(name, text, true);
    if (node instanceof ConfigNode.Section section) {
      return section;
    }
    throw ConfigException.because(
        name + ": expected sections such as 'train:' with keys below, got " + node.describe());
  }

  /** Reads a value that was given on the command line. */
  static ConfigNode readValue(String origin, String text) {
    return read(origin, text, false);
  }

  private static ConfigNode read(String name, String text, boolean showLines) {
    try (YAMLParser parser = FACTORY.createParser(text)) {
      YamlSource source = new YamlSource(name, parser, showLines);
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw ConfigException.because(name + ": is empty");
      }
      ConfigNode node = source.node(first);
      if (parser.nextToken() != null) {
        throw ConfigException.because(
            source.here() + ": a second document begins here; a recipe is one document");
      }
      return node;
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
      throw ConfigException.because(
          name + (showLines ? line : "") + ": not valid YAML: " + reason(e.getOriginalMessage()));
    } catch (IOException e) {
      throw ConfigException.because(name + ": cannot be read: " + e.getMessage());
    }
  }

  /** The parser's message without its excerpts of the text. */
  private static String reason(String message) {
    String reason =
        message
            .lines()
            .filter(line -> line.matches("[a-z].*"))
            .limit(2)
            .collect(Collectors.joining(", "));
    boolean star = reason.contains("alias") || reason.contains("anchor");
    return reason + (star ? "; put a value that begins with * or & in quotes" : "");
  }

  private ConfigNode node(JsonToken token) throws IOException {
    refuseUnplain();
    String origin = here();
    return switch (token) {
      case START_OBJECT -> section(origin);
      case START_ARRAY -> values(origin);
      case VALUE_NULL -> new ConfigNode.Nothing(origin);
      default -> new ConfigNode.Scalar(parser.getText(), origin);
    };
  }

  private ConfigNode.Section section(String origin) throws IOException {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (JsonToken token = next(); token != JsonToken.END_OBJECT; token = next()) {
      String key = parser.getText();
      String keyOrigin = here();
      if (entries.containsKey(key)) {
        throw ConfigException.because(keyOrigin + ": the key '" + key + "' is there twice");
      }
      entries.put(key, node(next()));
    }
    return new ConfigNode.Section(entries, origin);
  }

  private ConfigNode.Values values(String origin) throws IOException {
    List<ConfigNode> items = new ArrayList<>();
    for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
      items.add(node(token));
    }
    return new ConfigNode.Values(items, origin);
  }

  private JsonToken next() throws IOException {
    @Nullable JsonToken token = parser.nextToken();
    if (token == null) {
      throw ConfigException.because(name + ": ends in the middle");
    }
    return token;
  }

  private void refuseUnplain() throws IOException {
    if (parser.getTypeId() != null) {
      throw ConfigException.because(
          here()
              + ": the type tag '"
              + parser.getTypeId()
              + "' is not allowed; write plain values");
    }
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      throw ConfigException.because(
          here()
              + ": anchors and aliases (& and *) are not allowed; write the value out or quote it");
    }
  }

  private String here() {
    return showLines ? name + " line " + parser.currentTokenLocation().getLineNr() : name;
  }
}
