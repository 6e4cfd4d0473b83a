package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The linear layers of a model that are to be replaced. */
final class Replacement {
  private final Module model;
  private final Map<String, Linear> layers = new LinkedHashMap<>();
  private final Map<String, String> left = new LinkedHashMap<>();

  private Replacement(Module model) {
    this.model = model;
  }

  /** Those that {@code names} takes. */
  static Replacement of(Module model, Predicate<String> names) {
    Replacement made = new Replacement(model);
    Map<Parameter, List<String>> places = new IdentityHashMap<>();
    model
        .stateParameters()
        .forEach((name, each) -> places.computeIfAbsent(each, key -> new ArrayList<>()).add(name));
    List<String> all = new ArrayList<>();
    model
        .namedModules()
        .forEach(
            (name, module) -> {
              if (module instanceof Linear linear) {
                all.add(name);
                if (names.test(name)) {
                  made.add(name, linear, places);
                }
              }
            });
    if (made.layers.isEmpty()) {
      throw ConfigException.because(
          "quantization: the filter takes no Linear layer that can be replaced; the model has "
              + all
              + (made.left.isEmpty() ? "" : ", left: " + made.left));
    }
    return made;
  }

  private void add(String name, Linear linear, Map<Parameter, List<String>> places) {
    String reason = reasonToLeave(name, linear, places);
    if (reason == null) {
      layers.put(name, linear);
    } else {
      left.put(name, reason);
    }
  }

  private static @Nullable String reasonToLeave(
      String name, Linear linear, Map<Parameter, List<String>> places) {
    if (name.isEmpty()) {
      return "it is the model itself; put it into a Sequential";
    }
    if (!linear.ownParameters().containsKey("weight")
        || linear.bias() != null && !linear.ownParameters().containsKey("bias")) {
      return "it has a mask or a parametrization; remove that first";
    }
    for (Parameter each : linear.ownParameters().values()) {
      List<String> names = places.getOrDefault(each, List.of());
      if (names.size() > 1) {
        return "it shares a parameter: " + names;
      }
    }
    return null;
  }

  /** The layers, by their names. */
  Map<String, Linear> layers() {
    return Collections.unmodifiableMap(layers);
  }

  QuantizationReport replace(BiFunction<String, Linear, Int8Linear> make) {
    List<QuantizationReport.Replaced> replaced = new ArrayList<>();
    Map<String, Module> modules = model.namedModules();
    layers.forEach(
        (name, linear) -> {
          long before = linear.parameters().stream().mapToLong(Replacement::bytes).sum();
          Int8Linear made = make.apply(name, linear);
          long after = made.namedBuffers().values().stream().mapToLong(Replacement::bytes).sum();
          int dot = name.lastIndexOf('.');
          Module parent = modules.get(dot < 0 ? "" : name.substring(0, dot));
          if (parent == null) {
            made.close();
            throw ConfigException.value("quantization of", name, "a layer of this model");
          }
          parent.replace(name.substring(dot + 1), made);
          replaced.add(new QuantizationReport.Replaced(name, before, after));
        });
    return new QuantizationReport(replaced, left);
  }

  private static long bytes(Tensor tensor) {
    return tensor.numel() * tensor.dtype().bytes();
  }
}
