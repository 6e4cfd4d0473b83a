package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import ai.cresset.type.DType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Manifests as JSON text. */
final class ManifestJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ManifestJson() {}

  static byte[] write(Manifest manifest) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format_version", Manifest.FORMAT_VERSION);
    root.put("fingerprint", manifest.fingerprint());
    root.put("rows", manifest.rows());
    ArrayNode columns = root.putArray("columns");
    for (Column column : manifest.schema().columns()) {
      ObjectNode node = columns.addObject().put("name", column.name());
      ColumnType type = column.type();
      node.put("form", form(type)).put("dtype", type.dtype().toString());
      if (type instanceof ColumnType.FixedArray fixed) {
        node.put("length", fixed.length());
      }
    }
    ArrayNode parts = root.putArray("parts");
    for (Manifest.Part part : manifest.parts()) {
      parts
          .addObject()
          .put("name", part.name())
          .put("rows", part.rows())
          .put("bytes", part.bytes())
          .put("sha256", part.digest());
    }
    ObjectNode properties = root.putObject("properties");
    manifest.sortedProperties().forEach(properties::put);
    try {
      return (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always JSON", e);
    }
  }

  private static String form(ColumnType type) {
    if (type instanceof ColumnType.Scalar) {
      return "scalar";
    }
    if (type instanceof ColumnType.FixedArray) {
      return "fixed";
    }
    if (type instanceof ColumnType.VariableArray) {
      return "variable";
    }
    return type instanceof ColumnType.Text ? "text" : "binary";
  }

  static Manifest read(byte[] json, Object file) {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (IOException e) {
      throw DataException.corrupt(file, "json", e);
    }
    int version = (int) integer(root, "format_version", file);
    if (version != Manifest.FORMAT_VERSION) {
      throw DataException.because(
          file
              + ": data set format "
              + version
              + "; this version of Cresset reads format "
              + Manifest.FORMAT_VERSION
              + ", write the data set anew");
    }
    List<Column> columns = new ArrayList<>();
    for (JsonNode node : array(root, "columns", file)) {
      columns.add(new Column(text(node, "name", file), type(node, file)));
    }
    List<Manifest.Part> parts = new ArrayList<>();
    for (JsonNode node : array(root, "parts", file)) {
      parts.add(
          new Manifest.Part(
              text(node, "name", file),
              integer(node, "rows", file),
              integer(node, "bytes", file),
              text(node, "sha256", file)));
    }
    Map<String, String> properties = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : root.path("properties").properties()) {
      properties.put(entry.getKey(), entry.getValue().asText());
    }
    if (columns.isEmpty()) {
      throw DataException.corrupt(file, "columns", "there are none");
    }
    return new Manifest(
        new DatasetSchema(columns), parts, text(root, "fingerprint", file), properties);
  }

  private static ColumnType type(JsonNode node, Object file) {
    String form = text(node, "form", file);
    return switch (form) {
      case "scalar" -> new ColumnType.Scalar(dtype(node, file));
      case "fixed" -> {
        long length = integer(node, "length", file);
        if (length < 1 || length > Integer.MAX_VALUE) {
          throw DataException.corrupt(file, "length", "got " + length);
        }
        yield new ColumnType.FixedArray(dtype(node, file), (int) length);
      }
      case "variable" -> new ColumnType.VariableArray(dtype(node, file));
      case "binary" -> new ColumnType.Binary();
      case "text" -> new ColumnType.Text();
      default -> throw DataException.corrupt(file, "form", "got " + form);
    };
  }

  private static DType dtype(JsonNode node, Object file) {
    String name = text(node, "dtype", file);
    try {
      return DType.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw DataException.corrupt(file, "dtype", e);
    }
  }

  private static String text(JsonNode node, String member, Object file) {
    JsonNode value = node.path(member);
    if (!value.isTextual()) {
      throw DataException.corrupt(file, member, "expected text, got " + value);
    }
    return value.asText();
  }

  private static long integer(JsonNode node, String member, Object file) {
    JsonNode value = node.path(member);
    if (!value.canConvertToLong() || !value.isIntegralNumber()) {
      throw DataException.corrupt(file, member, "expected an integer, got " + value);
    }
    return value.asLong();
  }

  private static JsonNode array(JsonNode node, String member, Object file) {
    JsonNode value = node.path(member);
    if (!value.isArray()) {
      throw DataException.corrupt(file, member, "expected a list, got " + value);
    }
    return value;
  }
}
