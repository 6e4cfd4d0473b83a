package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a module said it is made from ({@link Module#describe}), read from a file. A setting that is
 * missing, of another kind or never asked for is an error that names it.
 */
public final class ModuleSettings {
  private static final int MOST_DIMENSIONS = 64;

  private final String name;
  private final JsonNode node;
  private final ModelMaker maker;
  private final Set<String> asked = new HashSet<>();

  ModuleSettings(String name, JsonNode node, ModelMaker maker) {
    this.name = name;
    this.node = node;
    this.maker = maker;
    if (!node.isObject()) {
      throw CheckpointException.because("the settings of a " + name + " are " + node.getNodeType());
    }
  }

  private JsonNode setting(String key) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw CheckpointException.because("a " + name + " has no setting '" + key + "'");
    }
    asked.add(key);
    return value;
  }

  private CheckpointException wrong(String key, JsonNode got, String expected) {
    String text = got.toString();
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return CheckpointException.because(
        "the setting '" + key + "' of a " + name + ": expected " + expected + ", got " + shown);
  }

  /** That there was nothing in the file but what was asked for. */
  void checkAllAsked() {
    Set<String> unknown = new TreeSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(asked);
    if (!unknown.isEmpty()) {
      throw CheckpointException.because("a " + name + " does not know the settings " + unknown);
    }
  }

  public long integer(String key) {
    return integer(key, setting(key));
  }

  private long integer(String key, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(key, value, "an integer");
    }
    return value.longValue();
  }

  /** An integer of 32 bits. */
  public int count(String key) {
    long value = integer(key);
    if (value != (int) value) {
      throw wrong(key, setting(key), "an integer of 32 bits");
    }
    return (int) value;
  }

  public double number(String key) {
    return number(key, setting(key));
  }

  private double number(String key, JsonNode value) {
    if (value.isTextual()) {
      return switch (value.textValue()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw wrong(key, value, "a number");
      };
    }
    if (!value.isNumber()) {
      throw wrong(key, value, "a number");
    }
    return value.doubleValue();
  }

  public @Nullable Double optionalNumber(String key) {
    JsonNode value = setting(key);
    return value.isNull() ? null : number(key, value);
  }

  public boolean flag(String key) {
    JsonNode value = setting(key);
    if (!value.isBoolean()) {
      throw wrong(key, value, "true or false");
    }
    return value.booleanValue();
  }

  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    JsonNode value = setting(key);
    for (E each : type.getEnumConstants()) {
      if (value.isTextual() && each.name().equals(value.textValue())) {
        return each;
      }
    }
    throw wrong(key, value, "one of " + Arrays.toString(type.getEnumConstants()));
  }

  /** A record, which checks its values itself. */
  public <C extends Record> C options(String key, Class<C> type) {
    JsonNode value = setting(key);
    try {
      C options = SettingsJson.to(value, type);
      if (options == null) {
        throw wrong(key, value, "a " + type.getSimpleName());
      }
      return options;
    } catch (JsonProcessingException e) {
      throw CheckpointException.because(
          "the setting '" + key + "' of a " + name + " does not fit: " + e.getOriginalMessage(), e);
    }
  }

  public long[] integers(String key) {
    return integers(key, setting(key));
  }

  private long[] integers(String key, JsonNode value) {
    if (!value.isArray()) {
      throw wrong(key, value, "a list of integers");
    }
    long[] integers = new long[value.size()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = integer(key, value.get(i));
    }
    return integers;
  }

  public double[] numbers(String key) {
    JsonNode value = setting(key);
    if (!value.isArray()) {
      throw wrong(key, value, "a list of numbers");
    }
    double[] numbers = new double[value.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(key, value.get(i));
    }
    return numbers;
  }

  /** A tensor of the shape that was told, whose elements the state gives; null if there is none. */
  public @Nullable Tensor tensor(String key) {
    JsonNode value = setting(key);
    return value.isNull() ? null : tensor(key, value);
  }

  private Tensor tensor(String key, JsonNode value) {
    long[] sizes = integers(key, value);
    if (sizes.length > MOST_DIMENSIONS || Arrays.stream(sizes).anyMatch(size -> size < 0)) {
      throw wrong(key, value, "the sizes of a tensor");
    }
    return Tensor.zeros(sizes);
  }

  /** Tensors of the shapes that were told. */
  public List<Tensor> tensors(String key) {
    List<Tensor> tensors = new ArrayList<>();
    for (JsonNode each : array(key, "a list of shapes")) {
      tensors.add(tensor(key, each));
    }
    return tensors;
  }

  /** Tensors of the shapes that were told, by name. */
  public Map<String, Tensor> namedTensors(String key) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    object(key, "shapes by name")
        .properties()
        .forEach(each -> tensors.put(each.getKey(), tensor(key, each.getValue())));
    return tensors;
  }

  private JsonNode array(String key, String expected) {
    JsonNode value = setting(key);
    if (!value.isArray()) {
      throw wrong(key, value, expected);
    }
    return value;
  }

  private JsonNode object(String key, String expected) {
    JsonNode value = setting(key);
    if (!value.isObject()) {
      throw wrong(key, value, expected);
    }
    return value;
  }

  /** A module that this one is given; null if there is none. */
  public <M extends Module> @Nullable M optionalModule(String key, Class<M> type) {
    JsonNode value = setting(key);
    return value.isNull() ? null : maker.make(value, type);
  }

  /** Modules that this one is given. */
  public <M extends Module> List<M> modules(String key, Class<M> type) {
    List<M> modules = new ArrayList<>();
    for (JsonNode each : array(key, "a list of modules")) {
      modules.add(maker.make(each, type));
    }
    return modules;
  }

  /** Modules that this one is given, by name. */
  public <M extends Module> Map<String, M> namedModules(String key, Class<M> type) {
    Map<String, M> modules = new LinkedHashMap<>();
    object(key, "modules by name")
        .properties()
        .forEach(each -> modules.put(each.getKey(), maker.make(each.getValue(), type)));
    return modules;
  }

  /** Layers that this one is given. */
  public Layer[] layers(String key) {
    return modules(key, Layer.class).toArray(new Layer[0]);
  }

  /** The parameter of another module that this one's is; null if it has its own. */
  public @Nullable Parameter tied(String key) {
    JsonNode value = setting(key);
    return value.isNull() ? null : maker.parameter(value);
  }
}
