package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.type.Shape;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file: which tensors there are and where. What {@link #parse} returns
 * is safe to read by: the tensors cover the data without gaps or overlaps, and each is as long as
 * its shape and type say.
 *
 * @param entries in order of their bytes
 * @param metadata free text by key
 */
record SafetensorsHeader(List<SafetensorsEntry> entries, SortedMap<String, String> metadata) {
  /** The longest header that is accepted, the limit of the format's own reader. */
  static final int MAX_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final JsonMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxStringLength(MAX_BYTES)
                          .maxNameLength(MAX_BYTES)
                          .build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Parses and checks a header.
   *
   * @param file for messages
   * @param json the header's bytes
   * @param dataBytes the bytes that follow the header in the file
   */
  static SafetensorsHeader parse(String file, byte[] json, long dataBytes) {
    JsonNode root;
    try {
      root = JSON.readTree(decode(file, json));
    } catch (JsonProcessingException e) {
      throw CheckpointException.corrupt(file, "header", e);
    }
    if (!(root instanceof ObjectNode object)) {
      throw CheckpointException.corrupt(file, "header", "expected a JSON object");
    }
    List<SafetensorsEntry> entries = new ArrayList<>();
    SortedMap<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (field.getKey().equals(METADATA)) {
        readMetadata(file, field.getValue(), metadata);
      } else {
        entries.add(entry(file, field.getKey(), field.getValue(), dataBytes));
      }
    }
    checkCover(file, entries, dataBytes);
    return new SafetensorsHeader(List.copyOf(entries), metadata);
  }

  private static String decode(String file, byte[] json) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(json))
          .toString();
    } catch (CharacterCodingException e) {
      throw CheckpointException.corrupt(file, "header", "it is not UTF-8");
    }
  }

  private static void readMetadata(String file, JsonNode node, Map<String, String> metadata) {
    if (!(node instanceof ObjectNode object)) {
      throw CheckpointException.corrupt(file, METADATA, "expected a JSON object of texts");
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!field.getValue().isTextual()) {
        throw CheckpointException.corrupt(
            file, METADATA, "'" + field.getKey() + "' is not a text but " + field.getValue());
      }
      metadata.put(field.getKey(), field.getValue().textValue());
    }
  }

  private static SafetensorsEntry entry(String file, String name, JsonNode node, long dataBytes) {
    String place = "tensor '" + name + "'";
    if (!(node instanceof ObjectNode object)) {
      throw CheckpointException.corrupt(file, place, "expected dtype, shape and data_offsets");
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!List.of("dtype", "shape", "data_offsets").contains(field.getKey())) {
        throw CheckpointException.corrupt(file, place, "unknown field '" + field.getKey() + "'");
      }
    }
    JsonNode typeName = object.get("dtype");
    if (typeName == null || !typeName.isTextual()) {
      throw CheckpointException.corrupt(file, place, "dtype is " + typeName + ", not a text");
    }
    SafetensorsType type = SafetensorsType.named(typeName.textValue());
    if (type == null) {
      throw CheckpointException.because(
          file
              + ": "
              + place
              + " has dtype "
              + typeName.textValue()
              + "; expected one of "
              + SafetensorsType.names()
              + ": convert the tensor before it is saved");
    }
    long[] sizes = numbers(file, place, "shape", object.get("shape"));
    long[] offsets = numbers(file, place, "data_offsets", object.get("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataBytes) {
      throw CheckpointException.corrupt(
          file,
          place,
          "data_offsets "
              + object.get("data_offsets")
              + " are not [begin, end] within the "
              + dataBytes
              + " bytes of data");
    }
    long bytes = bytes(file, place, type, sizes);
    if (bytes != offsets[1] - offsets[0]) {
      throw CheckpointException.corrupt(
          file,
          place,
          "shape "
              + object.get("shape")
              + " of "
              + type
              + " takes "
              + bytes
              + " bytes, data_offsets give "
              + (offsets[1] - offsets[0]));
    }
    return new SafetensorsEntry(name, type.dtype(), Shape.of(sizes), offsets[0], offsets[1]);
  }

  private static long bytes(String file, String place, SafetensorsType type, long[] sizes) {
    try {
      // As in Shape, a dimension of size 0 does not hide an overflow of the others.
      long bytes = type.dtype().bytes();
      boolean empty = false;
      for (long size : sizes) {
        empty |= size == 0;
        bytes = Math.multiplyExact(bytes, Math.max(size, 1));
      }
      return empty ? 0 : bytes;
    } catch (ArithmeticException e) {
      throw CheckpointException.corrupt(file, place, "its shape has more than 2^63 bytes");
    }
  }

  private static long[] numbers(String file, String place, String field, @Nullable JsonNode node) {
    if (!(node instanceof ArrayNode array)) {
      throw CheckpointException.corrupt(file, place, field + " is " + node + ", not a list");
    }
    long[] numbers = new long[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = array.get(i);
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
        throw CheckpointException.corrupt(
            file, place, field + " has " + number + ", expected whole numbers of at least 0");
      }
      numbers[i] = number.longValue();
    }
    return numbers;
  }

  private static void checkCover(String file, List<SafetensorsEntry> entries, long dataBytes) {
    entries.sort(
        Comparator.comparingLong(SafetensorsEntry::begin)
            .thenComparingLong(SafetensorsEntry::end)
            .thenComparing(SafetensorsEntry::name));
    long reached = 0;
    for (SafetensorsEntry entry : entries) {
      if (entry.begin() != reached) {
        throw CheckpointException.corrupt(
            file,
            "tensor '" + entry.name() + "'",
            (entry.begin() < reached ? "it overlaps another tensor" : "there is a gap before it")
                + ": it begins at byte "
                + entry.begin()
                + ", expected "
                + reached);
      }
      reached = entry.end();
    }
    if (reached != dataBytes) {
      throw CheckpointException.corrupt(
          file,
          "end of file",
          "the tensors end at byte " + reached + " of the data, the file at " + dataBytes);
    }
  }

  /** The header as it is stored, padded with spaces to a multiple of 8 bytes. */
  byte[] toBytes() {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject(METADATA);
      metadata.forEach(texts::put);
    }
    for (SafetensorsEntry entry : entries) {
      ObjectNode node = root.putObject(entry.name());
      node.put("dtype", SafetensorsType.of(entry.dtype()).name());
      ArrayNode shape = node.putArray("shape");
      for (long size : entry.shape().toArray()) {
        shape.add(size);
      }
      node.putArray("data_offsets").add(entry.begin()).add(entry.end());
    }
    try {
      String json = JSON.writeValueAsString(root);
      int length = json.getBytes(StandardCharsets.UTF_8).length;
      return (json + " ".repeat(-length & 7)).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a header of texts and numbers is always valid JSON", e);
    }
  }
}
