package ai.cresset.golden;

import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The arguments of a golden case; every one of them must be read. */
final class GoldenArguments {
  private final JsonNode json;
  private final GoldenTensors file;
  private final boolean strided;
  private final boolean channelsLast;
  private final Map<String, Tensor> leaves = new LinkedHashMap<>();
  private final Set<String> unread = new TreeSet<>();

  GoldenArguments(JsonNode json, GoldenTensors file) {
    this.json = json;
    this.file = file;
    this.strided = json.get("flags").path("strided").asBoolean();
    this.channelsLast = json.get("flags").path("channels_last").asBoolean();
    for (int i = 0; i < json.get("args").size(); i++) {
      unread.add("argument " + i);
    }
    json.get("kwargs").fieldNames().forEachRemaining(unread::add);
  }

  private JsonNode at(int index) {
    unread.remove("argument " + index);
    return json.get("args").get(index);
  }

  private @Nullable JsonNode named(String name) {
    unread.remove(name);
    return json.get("kwargs").get(name);
  }

  /** Arguments that the operation did not look at. */
  Set<String> unread() {
    return unread;
  }

  /** The inputs by key. */
  Map<String, Tensor> leaves() {
    return leaves;
  }

  boolean has(int index) {
    return json.get("args").size() > index;
  }

  boolean isTensor(int index) {
    return json.get("args").get(index).has("tensor");
  }

  Tensor tensor(int index) {
    return load(at(index));
  }

  /** A tensor given by name, or null. */
  @Nullable Tensor tensor(String name) {
    JsonNode value = named(name);
    return value == null || !value.has("tensor") ? null : load(value);
  }

  boolean isTensor(String name) {
    return json.get("kwargs").path(name).has("tensor");
  }

  boolean isArray(int index) {
    return json.get("args").get(index).path("value").isArray();
  }

  /** A tensor that may be missing or null. */
  @Nullable Tensor optional(int index) {
    if (!has(index)) {
      return null;
    }
    JsonNode argument = at(index);
    return argument.has("tensor") ? load(argument) : null;
  }

  /** The leaf of a positional argument, after the operation. */
  @Nullable Tensor leaf(int index) {
    return leaves.get(json.get("args").get(index).path("tensor").asText());
  }

  List<Tensor> tensors(int index) {
    List<Tensor> tensors = new ArrayList<>();
    at(index).get("list").forEach(each -> tensors.add(load(each)));
    return tensors;
  }

  private Tensor load(JsonNode argument) {
    String key = argument.get("tensor").asText();
    Tensor leaf =
        leaves.computeIfAbsent(
            key, each -> file.input(each).requiresGrad(argument.path("grad").asBoolean()));
    if (channelsLast && leaves.size() == 1 && leaf.rank() == 4) {
      return leaf.contiguous(MemoryFormat.CHANNELS_LAST);
    }
    return strided ? leaf.t() : leaf;
  }

  Number number(int index) {
    return at(index).get("value").numberValue();
  }

  int integer(int index) {
    return number(index).intValue();
  }

  long[] integers(int index) {
    return array(at(index).get("value"));
  }

  private static long[] array(JsonNode value) {
    if (!value.isArray()) {
      return new long[] {value.asLong()};
    }
    long[] values = new long[value.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.get(i).isNull() ? -1 : value.get(i).asLong();
    }
    return values;
  }

  /** A number or a list of them by name; null if it is missing or null. */
  Integer @Nullable [] integers(String name) {
    JsonNode value = named(name);
    if (value == null || value.get("value").isNull()) {
      return null;
    }
    return Arrays.stream(array(value.get("value")))
        .mapToObj(Math::toIntExact)
        .toArray(Integer[]::new);
  }

  /** A number or a list of them by name; null if it is missing. */
  double @Nullable [] numbers(String name) {
    JsonNode given = named(name);
    if (given == null) {
      return null;
    }
    JsonNode value = given.get("value");
    double[] numbers = new double[value.isArray() ? value.size() : 1];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = value.isArray() ? value.get(i).asDouble() : value.asDouble();
    }
    return numbers;
  }

  boolean given(String name) {
    return json.get("kwargs").has(name);
  }

  /** A number given by name, or null; an integer where it was written as one. */
  @Nullable Number number(String name) {
    JsonNode value = named(name);
    return value == null || value.get("value").isNull() ? null : value.get("value").numberValue();
  }

  @Nullable Double optional(String name) {
    Number value = number(name);
    return value == null ? null : (Double) value.doubleValue();
  }

  double number(String name, double absent) {
    JsonNode value = named(name);
    return value == null ? absent : value.get("value").asDouble();
  }

  boolean flag(String name) {
    return flag(name, false);
  }

  boolean flag(String name, boolean absent) {
    JsonNode value = named(name);
    return value == null ? absent : value.get("value").asBoolean();
  }

  String text(String name, String absent) {
    JsonNode value = named(name);
    return value == null ? absent : value.get("value").asText();
  }

  /** The dims of a reduction; none means all. */
  int[] dims() {
    JsonNode value = named("dim");
    if (value == null) {
      return new int[0];
    }
    long[] dims = array(value.get("value"));
    int[] result = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      result[i] = (int) dims[i];
    }
    return result;
  }

  int dim(int absent) {
    int[] dims = dims();
    return dims.length == 0 ? absent : dims[0];
  }

  boolean keepDim() {
    return flag("keepdim");
  }
}
