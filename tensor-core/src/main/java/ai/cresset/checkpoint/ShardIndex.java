package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the tensors of a sharded checkpoint are: the file {@code shards.json}. What {@link #parse}
 * returns is safe to read by: every element of every tensor is in exactly one part, every part in a
 * file of the checkpoint's own directory.
 *
 * <p>A part is a list of numbers: the file's place in {@code files}, the offsets, the sizes. In its
 * file the first part of a tensor has the tensor's name, the next {@code #1} behind it, and so on.
 *
 * @param tensors by name: {@code model/...} as in the model's state, {@code optimizer/...} as in
 *     the optimizer's
 * @param numbers the optimizer's, by name
 */
public record ShardIndex(
    SortedMap<String, StoredTensor> tensors, SortedMap<String, Double> numbers) {
  /** Before the names of a model's tensors. */
  public static final String MODEL = "model/";

  /** Before the names of an optimizer's tensors. */
  public static final String OPTIMIZER = "optimizer/";

  static final String FILE = "shards.json";
  static final int MAX_BYTES = 256 << 20;

  private static final int VERSION = 1;
  private static final int MAX_RANK = 64;
  private static final long MAX_COMPARISONS = 200_000_000L;
  private static final Pattern FILE_NAME =
      Pattern.compile("shard-[0-9]{5}-of-[0-9]{5}\\.safetensors");
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxStringLength(1 << 16)
                          .maxNameLength(1 << 16)
                          .maxNumberLength(32)
                          .build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public ShardIndex {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
  }

  /** The name of a rank's file. */
  public static String fileName(int rank, int worldSize) {
    return String.format(Locale.ROOT, "shard-%05d-of-%05d.safetensors", rank, worldSize);
  }

  /** The name of a part in its file, where {@code number} parts of the tensor stand before it. */
  public static String partKey(String tensor, int number) {
    return number == 0 ? tensor : tensor + "#" + number;
  }

  /** The tensors whose names begin with a prefix, without it. */
  public SortedMap<String, StoredTensor> tensors(String prefix) {
    SortedMap<String, StoredTensor> found = new TreeMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), tensor);
          }
        });
    return found;
  }

  // ---- writing ----

  byte[] toBytes() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    Map<String, Integer> places = new TreeMap<>();
    for (StoredTensor tensor : tensors.values()) {
      tensor.parts().forEach(part -> places.put(part.file(), 0));
    }
    ArrayNode files = root.putArray("files");
    for (Map.Entry<String, Integer> place : places.entrySet()) {
      place.setValue(files.size());
      files.add(place.getKey());
    }
    ObjectNode all = root.putObject("tensors");
    tensors.forEach((name, tensor) -> write(all.putObject(name), tensor, places));
    ObjectNode texts = root.putObject("numbers");
    numbers.forEach((name, number) -> texts.put(name, number.toString()));
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an index of texts and numbers is always valid JSON", e);
    }
  }

  private static void write(ObjectNode node, StoredTensor tensor, Map<String, Integer> places) {
    node.put("dtype", SafetensorsType.of(tensor.dtype()).name());
    ArrayNode shape = node.putArray("shape");
    for (long size : tensor.shape().toArray()) {
      shape.add(size);
    }
    ArrayNode parts = node.putArray("parts");
    for (StoredPart part : tensor.parts()) {
      ArrayNode numbers = parts.addArray();
      numbers.add(places.get(part.file()));
      part.offset().forEach(numbers::add);
      for (long size : part.shape().toArray()) {
        numbers.add(size);
      }
    }
  }

  // ---- reading ----

  /**
   * Parses and checks an index.
   *
   * @param path for messages
   */
  static ShardIndex parse(String path, byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(new String(json, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw CheckpointException.corrupt(path, "content", e);
    }
    if (root.path("version").asInt(-1) != VERSION) {
      throw CheckpointException.because(
          path
              + ": index version "
              + root.path("version")
              + ", expected "
              + VERSION
              + "; it was written by another version of Cresset, use that one");
    }
    List<String> files = files(path, root.path("files"));
    if (!(root.get("tensors") instanceof ObjectNode all)
        || !(root.get("numbers") instanceof ObjectNode texts)) {
      throw CheckpointException.corrupt(
          path, "content", "expected the objects tensors and numbers");
    }
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    long comparisons = 0;
    for (Map.Entry<String, JsonNode> field : all.properties()) {
      StoredTensor tensor = tensor(path, field.getKey(), field.getValue(), files);
      comparisons += (long) tensor.parts().size() * tensor.parts().size();
      if (comparisons > MAX_COMPARISONS) {
        throw CheckpointException.corrupt(path, "content", "it has too many parts to be checked");
      }
      String problem = tensor.problem();
      if (problem != null) {
        throw CheckpointException.corrupt(path, "tensor '" + field.getKey() + "'", problem);
      }
      tensors.put(field.getKey(), tensor);
    }
    SortedMap<String, Double> numbers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : texts.properties()) {
      numbers.put(field.getKey(), number(path, field.getKey(), field.getValue()));
    }
    return new ShardIndex(tensors, numbers);
  }

  private static List<String> files(String path, JsonNode node) {
    List<String> files = new ArrayList<>();
    for (JsonNode file : node) {
      if (!file.isTextual() || !FILE_NAME.matcher(file.textValue()).matches()) {
        throw CheckpointException.corrupt(
            path, "files", file + " is no name of a shard, such as " + fileName(0, 4));
      }
      files.add(file.textValue());
    }
    return files;
  }

  private static double number(String path, String name, JsonNode node) {
    try {
      return Double.parseDouble(node.isTextual() ? node.textValue() : "no text");
    } catch (NumberFormatException e) {
      throw CheckpointException.corrupt(path, "number '" + name + "'", "it is " + node);
    }
  }

  private static StoredTensor tensor(String path, String name, JsonNode node, List<String> files) {
    String place = "tensor '" + name + "'";
    SafetensorsType type = SafetensorsType.named(node.path("dtype").asText(""));
    if (type == null) {
      throw CheckpointException.corrupt(
          path,
          place,
          "its dtype is " + node.path("dtype") + ", expected one of " + SafetensorsType.names());
    }
    long[] sizes = numbers(path, place, node.get("shape"));
    DType dtype = type.dtype();
    checkBytes(path, place, dtype, sizes);
    Shape shape = Shape.of(sizes);
    List<StoredPart> parts = new ArrayList<>();
    Map<String, Integer> counts = new TreeMap<>();
    if (!(node.get("parts") instanceof ArrayNode all)) {
      throw CheckpointException.corrupt(path, place, "it has no list of parts");
    }
    for (JsonNode each : all) {
      long[] part = numbers(path, place, each);
      if (part.length != 1 + 2 * sizes.length || part[0] >= files.size()) {
        throw CheckpointException.corrupt(
            path,
            place,
            "the part " + each + " is not a file, " + sizes.length + " offsets and as many sizes");
      }
      List<Long> offset = new ArrayList<>();
      long[] partSizes = new long[sizes.length];
      for (int dim = 0; dim < sizes.length; dim++) {
        offset.add(part[1 + dim]);
        partSizes[dim] = part[1 + sizes.length + dim];
        if (partSizes[dim] == 0 || partSizes[dim] > sizes[dim]) {
          throw CheckpointException.corrupt(
              path, place, "the part " + each + " reaches out of " + shape + " or is empty");
        }
      }
      String file = files.get((int) part[0]);
      String key = partKey(name, counts.merge(file, 1, Integer::sum) - 1);
      parts.add(new StoredPart(file, key, offset, Shape.of(partSizes)));
    }
    return new StoredTensor(dtype, shape, parts);
  }

  private static void checkBytes(String path, String place, DType dtype, long[] sizes) {
    try {
      long bytes = dtype.bytes();
      for (long size : sizes) {
        bytes = Math.multiplyExact(bytes, Math.max(size, 1));
      }
    } catch (ArithmeticException e) {
      throw CheckpointException.corrupt(path, place, "its shape has more than 2^63 bytes");
    }
  }

  private static long[] numbers(String path, String place, @Nullable JsonNode node) {
    if (!(node instanceof ArrayNode array) || array.size() > 1 + 2 * MAX_RANK) {
      throw CheckpointException.corrupt(path, place, node + " is no list of numbers");
    }
    long[] numbers = new long[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = array.get(i);
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
        throw CheckpointException.corrupt(
            path, place, node + " has " + number + ", expected whole numbers of at least 0");
      }
      numbers[i] = number.longValue();
    }
    return numbers;
  }
}
