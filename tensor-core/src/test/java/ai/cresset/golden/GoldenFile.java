package ai.cresset.golden;

import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fixture in the safetensors format on the class path. */
public final class GoldenFile {
  private final JsonNode header;
  private final ByteBuffer data;

  private GoldenFile(JsonNode header, ByteBuffer data) {
    this.header = header;
    this.data = data;
  }

  public static GoldenFile open(String name) {
    ByteBuffer file = ByteBuffer.wrap(read(name)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] text = new byte[(int) file.getLong()];
    file.get(text);
    try {
      JsonNode header = new ObjectMapper().readTree(text);
      return new GoldenFile(header, file.slice().order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JSON file beside it. */
  public static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(read(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(String name) {
    try (@Nullable InputStream stream = GoldenFile.class.getResourceAsStream("/golden/" + name)) {
      if (stream == null) {
        throw new IllegalArgumentException("no fixture " + name);
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean has(String key) {
    return header.has(key);
  }

  /** All keys that begin with this. */
  public List<String> keys(String prefix) {
    List<String> keys = new ArrayList<>();
    header.fieldNames().forEachRemaining(keys::add);
    keys.removeIf(key -> !key.startsWith(prefix));
    return keys;
  }

  public long[] shape(String key) {
    JsonNode sizes = header.get(key).get("shape");
    long[] shape = new long[sizes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sizes.get(i).asLong();
    }
    return shape;
  }

  /** The elements, whatever their type. */
  public double[] doubles(String key) {
    JsonNode entry = header.get(key);
    int from = entry.get("data_offsets").get(0).asInt();
    int to = entry.get("data_offsets").get(1).asInt();
    String type = entry.get("dtype").asText();
    int size = type.equals("F32") ? Float.BYTES : Double.BYTES;
    double[] values = new double[(to - from) / size];
    for (int i = 0; i < values.length; i++) {
      int at = from + i * size;
      values[i] =
          switch (type) {
            case "F32" -> data.getFloat(at);
            case "F64" -> data.getDouble(at);
            case "I64" -> (double) data.getLong(at);
            default -> throw new IllegalArgumentException(type);
          };
    }
    return values;
  }

  /** The elements as a tensor of this type. */
  public Tensor tensor(String key, DType type) {
    try (Scope scope = Scope.open("golden")) {
      return scope.keep(Tensor.of(doubles(key), shape(key)).to(type));
    }
  }
}
