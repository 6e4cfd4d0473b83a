package ai.cresset.checkpoint;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what a module says about itself as JSON. */
final class JsonDescription implements ModuleDescription {
  private final ModelDescriber describer;
  private final ObjectNode settings = SettingsJson.MAPPER.createObjectNode();

  JsonDescription(ModelDescriber describer) {
    this.describer = describer;
  }

  ObjectNode settings() {
    return settings;
  }

  @Override
  public ModuleDescription integer(String name, long value) {
    settings.put(name, value);
    return this;
  }

  @Override
  public ModuleDescription number(String name, double value) {
    settings.set(name, SettingsJson.number(value));
    return this;
  }

  @Override
  public ModuleDescription optionalNumber(String name, @Nullable Double value) {
    if (value == null) {
      settings.putNull(name);
      return this;
    }
    return number(name, value);
  }

  @Override
  public ModuleDescription flag(String name, boolean value) {
    settings.put(name, value);
    return this;
  }

  @Override
  public ModuleDescription choice(String name, Enum<?> value) {
    settings.put(name, value.name());
    return this;
  }

  @Override
  public ModuleDescription options(String name, Record value) {
    settings.set(name, SettingsJson.of(value));
    return this;
  }

  @Override
  public ModuleDescription integers(String name, long... values) {
    ArrayNode array = settings.putArray(name);
    for (long value : values) {
      array.add(value);
    }
    return this;
  }

  @Override
  public ModuleDescription numbers(String name, double... values) {
    ArrayNode array = settings.putArray(name);
    for (double value : values) {
      array.add(SettingsJson.number(value));
    }
    return this;
  }

  @Override
  public ModuleDescription shape(String name, @Nullable Tensor tensor) {
    if (tensor == null) {
      settings.putNull(name);
      return this;
    }
    return integers(name, tensor.shape().toArray());
  }

  @Override
  public ModuleDescription shapes(String name, List<? extends Tensor> tensors) {
    ArrayNode array = settings.putArray(name);
    for (Tensor tensor : tensors) {
      ArrayNode sizes = array.addArray();
      for (long size : tensor.shape().toArray()) {
        sizes.add(size);
      }
    }
    return this;
  }

  @Override
  public ModuleDescription shapes(String name, Map<String, ? extends Tensor> tensors) {
    ObjectNode object = settings.putObject(name);
    tensors.forEach(
        (key, tensor) -> {
          ArrayNode sizes = object.putArray(key);
          for (long size : tensor.shape().toArray()) {
            sizes.add(size);
          }
        });
    return this;
  }

  @Override
  public ModuleDescription module(String name, @Nullable Module module) {
    if (module == null) {
      settings.putNull(name);
    } else {
      settings.set(name, describer.node(module));
    }
    return this;
  }

  @Override
  public ModuleDescription modules(String name, List<? extends Module> modules) {
    ArrayNode array = settings.putArray(name);
    modules.forEach(module -> array.add(describer.node(module)));
    return this;
  }

  @Override
  public ModuleDescription modules(String name, Map<String, ? extends Module> modules) {
    ObjectNode object = settings.putObject(name);
    modules.forEach((key, module) -> object.set(key, describer.node(module)));
    return this;
  }

  @Override
  public ModuleDescription tie(String name, Parameter parameter) {
    ObjectNode tie = describer.tie(parameter);
    if (tie == null) {
      settings.putNull(name);
    } else {
      settings.set(name, tie);
    }
    return this;
  }
}
