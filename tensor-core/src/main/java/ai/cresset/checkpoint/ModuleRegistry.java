package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.activation.Sigmoid;
import ai.cresset.nn.activation.Silu;
import ai.cresset.nn.activation.Tanh;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Identity;
import ai.cresset.nn.layer.Linear;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The modules that a {@link ModelFile} may hold, each under a name with a way to describe it and a
 * way to make it again. A file is never asked for a class: what it names must stand here.
 *
 * <pre>{@code
 * ModuleRegistry registry =
 *     ModuleRegistry.standard()
 *         .register("ResNet", ResNet.class, ResNetConfig.class, ResNet::config, ResNet::new)
 *         .register("Mine", Mine.class, Mine::new);
 * }</pre>
 *
 * <p>Confined to one thread while modules are registered.
 */
public final class ModuleRegistry {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "type";
  private static final String SETTINGS = "settings";

  private final Map<String, Kind<?>> byName = new LinkedHashMap<>();
  private final Map<Class<?>, Kind<?>> byType = new LinkedHashMap<>();

  /** One kind of module. */
  private record Kind<M extends Module>(
      String name,
      Class<M> type,
      Function<M, JsonNode> describe,
      Function<JsonNode, ? extends M> make) {
    JsonNode describeAny(Module module) {
      return describe.apply(type.cast(module));
    }
  }

  /** An empty registry. */
  public ModuleRegistry() {}

  /** {@code Sequential}, {@code Linear}, {@code Identity} and activations without settings. */
  public static ModuleRegistry standard() {
    ModuleRegistry registry = new ModuleRegistry();
    registry.register(
        "Sequential", Sequential.class, registry::describeChildren, registry::makeSequence);
    registry.register("Linear", Linear.class, ModuleRegistry::sizes, ModuleRegistry::linear);
    registry.register("Identity", Identity.class, Identity::new);
    registry.register("ReLU", Relu.class, Relu::new);
    registry.register("Sigmoid", Sigmoid.class, Sigmoid::new);
    registry.register("SiLU", Silu.class, Silu::new);
    registry.register("Tanh", Tanh.class, Tanh::new);
    return registry;
  }

  /**
   * Adds a kind of module.
   *
   * @param describe what it is to be made from again
   * @param make a module from such a description
   * @throws ConfigException if the name or the class is taken
   */
  public <M extends Module> ModuleRegistry register(
      String name,
      Class<M> type,
      Function<M, JsonNode> describe,
      Function<JsonNode, ? extends M> make) {
    Kind<M> kind = new Kind<>(name, type, describe, make);
    if (byName.containsKey(name) || byType.containsKey(type)) {
      throw ConfigException.because(
          "a module named '"
              + name
              + "' or the class "
              + type.getName()
              + " is registered already");
    }
    byName.put(name, kind);
    byType.put(type, kind);
    return this;
  }

  /** Adds a kind of module that is made from a record. */
  public <M extends Module, C extends Record> ModuleRegistry register(
      String name,
      Class<M> type,
      Class<C> configType,
      Function<M, C> config,
      Function<C, ? extends M> make) {
    return register(
        name,
        type,
        module -> JSON.valueToTree(config.apply(module)),
        node -> make.apply(read(name, node, configType)));
  }

  /** Adds a kind of module without settings. */
  public <M extends Module> ModuleRegistry register(
      String name, Class<M> type, Supplier<? extends M> make) {
    return register(name, type, module -> JSON.createObjectNode(), node -> make.get());
  }

  private static <C extends Record> C read(String name, JsonNode node, Class<C> type) {
    try {
      return JSON.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      throw CheckpointException.because(
          "the settings of a " + name + " do not fit: " + e.getOriginalMessage(), e);
    }
  }

  /** What a module is made from, by names of this registry. */
  String describe(Module module) {
    return description(module).toString();
  }

  private ObjectNode description(Module module) {
    Kind<?> kind = byType.get(module.getClass());
    if (kind == null) {
      throw CheckpointException.because(
          module.getClass().getName()
              + " is not registered, so it could not be made again; add it with"
              + " ModuleRegistry.register, here and where the file is loaded, or save the state dict"
              + " alone");
    }
    ObjectNode node = JSON.createObjectNode();
    node.put(TYPE, kind.name());
    node.set(SETTINGS, kind.describeAny(module));
    return node;
  }

  /** Makes the module of a description, with fresh weights. */
  Module make(String file, String description) {
    try {
      return make(file, JSON.readTree(description));
    } catch (JsonProcessingException e) {
      throw CheckpointException.corrupt(file, "model", e);
    }
  }

  private Module make(String file, JsonNode node) {
    String name = node.path(TYPE).asText();
    Kind<?> kind = byName.get(name);
    if (kind == null) {
      throw CheckpointException.because(
          file
              + ": it has a module named '"
              + name
              + "', which is not registered; there are "
              + byName.keySet()
              + ". Add it with ModuleRegistry.register if you trust the file");
    }
    return kind.make().apply(node.path(SETTINGS));
  }

  private JsonNode describeChildren(Sequential sequence) {
    ArrayNode layers = JSON.createArrayNode();
    for (int i = 0; i < sequence.size(); i++) {
      layers.add(description(sequence.get(i)));
    }
    return layers;
  }

  private Sequential makeSequence(JsonNode layers) {
    List<Layer> made = new ArrayList<>();
    try {
      for (JsonNode node : layers) {
        Module module = make("model", node);
        if (!(module instanceof Layer layer)) {
          module.close();
          throw CheckpointException.because(
              "a Sequential holds layers, not a " + module.getClass().getSimpleName());
        }
        made.add(layer);
      }
    } catch (RuntimeException e) {
      made.forEach(Layer::close);
      throw e;
    }
    return new Sequential(made.toArray(new Layer[0]));
  }

  private static JsonNode sizes(Linear linear) {
    return JSON.createObjectNode()
        .put("inFeatures", linear.weight().size(1))
        .put("outFeatures", linear.weight().size(0))
        .put("bias", linear.bias() != null);
  }

  private static Linear linear(JsonNode node) {
    return new Linear(
        node.path("inFeatures").asLong(),
        node.path("outFeatures").asLong(),
        node.path("bias").asBoolean(),
        Placement.DEFAULT);
  }
}
