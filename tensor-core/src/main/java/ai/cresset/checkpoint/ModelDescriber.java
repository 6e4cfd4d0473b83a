package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.nn.LazyLayer;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Parametrization;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what a model is made from and in what condition it is: modules with their settings, which of
 * them are the same one, what was replaced in them, what computes or masks their parameters, what
 * is frozen, and what is in evaluation mode.
 */
final class ModelDescriber {
  /** The names in the text. */
  static final String FORMAT = "format";

  static final int VERSION = 1;
  static final String MODEL = "model";
  static final String ID = "id";
  static final String TYPE = "type";
  static final String SETTINGS = "settings";
  static final String SHARED = "shared";
  static final String TIED_MODULE = "module";
  static final String TIED_PARAMETER = "parameter";
  static final String REPLACED = "replaced";
  static final String PARAMETRIZED = "parametrized";
  static final String MASKED = "masked";
  static final String FROZEN = "frozen";
  static final String TRAINING = "training";
  static final String OTHERWISE = "otherwise";
  static final String TREE = "tree";

  /** What the prefix of parametrizations is in the tree. */
  static final String PARAMETRIZATIONS = "parametrizations";

  private static final String MASKED_NAME = "_orig";

  private record Owner(int module, String name) {}

  private final ModuleRegistry registry;
  private final Map<Module, Integer> ids = new IdentityHashMap<>();
  private final Map<Parameter, Owner> owners = new IdentityHashMap<>();
  private final Set<Parameter> explained = Collections.newSetFromMap(new IdentityHashMap<>());
  private int lastId;

  private ModelDescriber(ModuleRegistry registry) {
    this.registry = registry;
  }

  static String describe(Module model, ModuleRegistry registry) {
    return new ModelDescriber(registry).whole(model).toString();
  }

  private ObjectNode whole(Module model) {
    ObjectNode text = SettingsJson.MAPPER.createObjectNode();
    text.put(FORMAT, VERSION);
    text.set(MODEL, node(model));
    ObjectNode replaced = text.putObject(REPLACED);
    ObjectNode parametrized = text.putObject(PARAMETRIZED);
    ArrayNode masked = text.putArray(MASKED);
    ArrayNode frozen = text.putArray(FROZEN);
    text.put(TRAINING, model.isTraining());
    ArrayNode otherwise = text.putArray(OTHERWISE);
    model
        .namedModules()
        .forEach(
            (path, module) -> {
              replacements(path, module, replaced);
              parametrizations(path, module, parametrized);
              masks(path, module, masked);
              if (module.isTraining() != model.isTraining()) {
                otherwise.add(path);
              }
            });
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              if (!parameter.requiresGrad()) {
                frozen.add(name);
              }
            });
    text.put(TREE, model.toString());
    return text;
  }

  /** A module by its name in the registry and its settings; the second time, that it is shared. */
  ObjectNode node(Module given) {
    Module module = standIn(given);
    ObjectNode node = SettingsJson.MAPPER.createObjectNode();
    Integer known = ids.get(module);
    if (known != null) {
      explained.addAll(module.parameters());
      return node.put(SHARED, known);
    }
    ModuleRegistry.Kind<?> kind = registry.of(module.getClass());
    if (kind == null && module instanceof LazyLayer) {
      throw CheckpointException.because(
          "a "
              + module.getClass().getSimpleName()
              + " is made by the first call; call the model on a batch before it is saved");
    }
    if (kind == null) {
      throw CheckpointException.because(
          module.getClass().getName()
              + " is not registered, so it could not be made again; add it with"
              + " ModuleRegistry.register, here and where the file is loaded, or save the state dict"
              + " alone");
    }
    int before = lastId;
    JsonDescription description = new JsonDescription(this);
    kind.describe(module, description);
    lastId++;
    ids.put(module, lastId);
    own(module, before);
    node.put(ID, lastId);
    node.put(TYPE, kind.name());
    node.set(SETTINGS, description.settings());
    return node;
  }

  /** A lazy layer is what it became. */
  private static Module standIn(Module module) {
    Module instead = module.namedChildren().get("");
    return instead == null ? module : instead;
  }

  /** Remembers whose a module's parameters are; those of modules before it must be explained. */
  private void own(Module module, int before) {
    module
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              Owner owner = owners.putIfAbsent(parameter, new Owner(lastId, name));
              if (owner != null && owner.module() <= before && !explained.contains(parameter)) {
                throw CheckpointException.because(
                    "'"
                        + name
                        + "' of a "
                        + module.getClass().getSimpleName()
                        + " is a parameter of another module too, which a model file tells of Linear"
                        + " alone; save the state dict, or tie them in the constructor of a module of"
                        + " your own");
              }
            });
  }

  /** Whose a parameter is; null if it is nobody's yet. */
  @Nullable ObjectNode tie(Parameter parameter) {
    Owner owner = owners.get(parameter);
    if (owner == null) {
      return null;
    }
    if (owner.name().contains(PARAMETRIZATIONS)) {
      throw CheckpointException.because(
          "'"
              + owner.name()
              + "' is parametrized and another module's parameter too, which a model file cannot"
              + " tell; save the state dict");
    }
    explained.add(parameter);
    return SettingsJson.MAPPER
        .createObjectNode()
        .put(TIED_MODULE, owner.module())
        .put(TIED_PARAMETER, plain(owner.name()));
  }

  /** Children in the place of those that constructors make, unless they are settings already. */
  private void replacements(String path, Module module, ObjectNode into) {
    for (String name : module.replacedChildren()) {
      Module child = module.namedChildren().get(name);
      if (child != null && !ids.containsKey(standIn(child))) {
        // So far they counted as the parent's own.
        child.parameters().forEach(owners::remove);
        into.set(join(path, name), node(child));
      }
    }
  }

  private void parametrizations(String path, Module module, ObjectNode into) {
    Module all = module.namedChildren().get(PARAMETRIZATIONS);
    if (all == null) {
      return;
    }
    all.namedChildren()
        .forEach(
            (name, how) -> {
              String type = registry.nameOfParametrization(how.getClass());
              if (type == null || !(how instanceof Parametrization)) {
                throw CheckpointException.because(
                    how.getClass().getName()
                        + " is not registered, so it could not be made again; add it with"
                        + " ModuleRegistry.registerParametrization");
              }
              JsonDescription description = new JsonDescription(this);
              how.describe(description);
              ObjectNode node = into.putObject(join(path, name));
              node.put(TYPE, type);
              node.set(SETTINGS, description.settings());
            });
  }

  private static void masks(String path, Module module, ArrayNode into) {
    for (String name : module.ownParameters().keySet()) {
      if (name.endsWith(MASKED_NAME)) {
        if (module.mask(plain(name)) != null) {
          into.add(join(path, plain(name)));
        }
      }
    }
  }

  /** A name without what a mask adds to it. */
  private static String plain(String name) {
    return name.endsWith(MASKED_NAME)
        ? name.substring(0, name.length() - MASKED_NAME.length())
        : name;
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
