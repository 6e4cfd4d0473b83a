package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The weights of a model as Hugging Face lays them out: {@code model.safetensors}, or {@code
 * model-00001-of-00003.safetensors} and so on with {@code model.safetensors.index.json}. Other
 * libraries read such a folder, and theirs are read here, whole or in parts.
 */
public final class ModelFolder {
  /** What Hugging Face writes at most into one file, 5 GB. */
  public static final long DEFAULT_FILE_BYTES = 5_000_000_000L;

  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = SINGLE + ".index.json";
  private static final int MAX_INDEX_BYTES = 64 << 20;
  private static final Pattern FILE_NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}\\.safetensors");
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxStringLength(1 << 16)
                          .maxNameLength(1 << 16)
                          .build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ModelFolder() {}

  // ---- writing ----

  /**
   * Puts the parts of a checkpoint's weights together. The folder appears by one rename, complete;
   * no more than one file's tensors are in memory at once.
   *
   * @param folder its name in the store, not there yet
   * @param maxFileBytes the most bytes of tensors in one file, unless one tensor alone has more
   * @return the names of the files with tensors
   * @throws CheckpointException if the folder exists or cannot be written
   */
  public static List<String> write(
      StoredTensors weights, CheckpointStore store, String folder, long maxFileBytes) {
    List<List<String>> files = cut(weights, maxFileBytes);
    List<String> names = new ArrayList<>();
    String writing = ".writing-" + folder.replace('/', '-') + "-" + UUID.randomUUID();
    try {
      if (!store.list(folder).isEmpty()) {
        throw CheckpointException.because(
            store.location() + "/" + folder + " has files already; name another folder");
      }
      boolean done = false;
      try {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode metadata = root.putObject("metadata");
        ObjectNode places = root.putObject("weight_map");
        long total = 0;
        for (int i = 0; i < files.size(); i++) {
          String name = files.size() == 1 ? SINGLE : fileName(i, files.size());
          names.add(name);
          for (String tensor : files.get(i)) {
            places.put(tensor, name);
            total += bytes(weights, tensor);
          }
          write(weights, files.get(i), store, writing + "/" + name);
        }
        metadata.put("total_size", total);
        if (files.size() > 1) {
          byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
          store.write(writing + "/" + INDEX, channel -> writeFully(channel, json));
        }
        store.rename(writing, folder);
        done = true;
      } finally {
        if (!done) {
          store.delete(writing);
        }
      }
      return names;
    } catch (IOException e) {
      throw CheckpointException.failed("write", store.location() + "/" + folder, e);
    }
  }

  /** Tensors in order of their names, as many in a file as fit. */
  private static List<List<String>> cut(StoredTensors weights, long maxFileBytes) {
    if (maxFileBytes < 1) {
      throw ConfigException.value("bytes of a file", maxFileBytes, "at least 1");
    }
    List<List<String>> files = new ArrayList<>();
    files.add(new ArrayList<>());
    long used = 0;
    for (String tensor : weights.tensors().keySet()) {
      long bytes = bytes(weights, tensor);
      if (used > 0 && used + bytes > maxFileBytes) {
        files.add(new ArrayList<>());
        used = 0;
      }
      files.get(files.size() - 1).add(tensor);
      used += bytes;
    }
    return files;
  }

  private static long bytes(StoredTensors weights, String tensor) {
    StoredTensor stored = weights.tensors().get(tensor);
    return stored == null ? 0 : stored.shape().numel() * stored.dtype().bytes();
  }

  private static String fileName(int file, int files) {
    return String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", file + 1, files);
  }

  private static void write(
      StoredTensors weights, List<String> tensors, CheckpointStore store, String path)
      throws IOException {
    Map<String, Tensor> read = new LinkedHashMap<>();
    try {
      for (String tensor : tensors) {
        read.put(tensor, weights.read(tensor));
      }
      store.write(path, channel -> SafetensorsWriter.write(channel, read, Map.of("format", "pt")));
    } finally {
      read.values().forEach(Tensor::close);
    }
  }

  private static void writeFully(WritableByteChannel channel, byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  // ---- reading ----

  /**
   * Opens a folder. The caller closes the result.
   *
   * @throws CheckpointException if it holds no such weights, or its index and files contradict each
   *     other
   */
  public static StoredTensors open(CheckpointStore store, String folder) {
    String location = store.location() + (folder.isEmpty() ? "" : "/" + folder);
    String prefix = folder.isEmpty() ? "" : folder + "/";
    try {
      List<String> files = store.list(folder);
      if (files.contains(INDEX)) {
        return indexed(store, location, prefix);
      }
      if (files.contains(SINGLE)) {
        return StoredTensors.of(file(store, location, prefix, SINGLE));
      }
      throw CheckpointException.because(
          location + " holds neither " + SINGLE + " nor " + INDEX + "; it holds " + files);
    } catch (IOException e) {
      throw CheckpointException.failed("read", location, e);
    }
  }

  private static SafetensorsFile file(
      CheckpointStore store, String location, String prefix, String file) throws IOException {
    return SafetensorsFile.open(location + "/" + file, store.read(prefix + file));
  }

  private static StoredTensors indexed(CheckpointStore store, String location, String prefix)
      throws IOException {
    String path = location + "/" + INDEX;
    Map<String, String> places =
        parse(path, CheckpointDirectory.readAll(store, prefix + INDEX, MAX_INDEX_BYTES));
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (String name : new TreeSet<>(places.values())) {
      try (SafetensorsFile file = file(store, location, prefix, name)) {
        SortedMap<String, StoredTensor> found = new TreeMap<>();
        StoredTensors.add(file, name, found);
        for (Map.Entry<String, StoredTensor> tensor : found.entrySet()) {
          if (!name.equals(places.get(tensor.getKey()))) {
            throw CheckpointException.corrupt(
                path,
                "tensor '" + tensor.getKey() + "'",
                "it is in "
                    + name
                    + ", but the index expects it in "
                    + places.get(tensor.getKey()));
          }
        }
        tensors.putAll(found);
      }
    }
    Set<String> missing = new TreeSet<>(places.keySet());
    missing.removeAll(tensors.keySet());
    if (!missing.isEmpty()) {
      throw CheckpointException.corrupt(path, "weight_map", "no file has the tensors " + missing);
    }
    return new StoredTensors(path, tensors, name -> file(store, location, prefix, name));
  }

  private static Map<String, String> parse(String path, byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(new String(json, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw CheckpointException.corrupt(path, "content", e);
    }
    if (!(root.get("weight_map") instanceof ObjectNode places)) {
      throw CheckpointException.corrupt(path, "content", "expected an object weight_map");
    }
    Map<String, String> found = new TreeMap<>();
    for (Map.Entry<String, JsonNode> place : places.properties()) {
      JsonNode file = place.getValue();
      if (!file.isTextual() || !FILE_NAME.matcher(file.textValue()).matches()) {
        throw CheckpointException.corrupt(
            path,
            "tensor '" + place.getKey() + "'",
            file + " is no name of a safetensors file in the same folder");
      }
      found.put(place.getKey(), file.textValue());
    }
    return found;
  }
}
