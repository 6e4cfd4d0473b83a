package ai.cresset.checkpoint;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parametrization;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The modules that a {@link ModelFile} may hold, each under a name with a way to make it again. A
 * file is never asked for a class: what it names must stand here.
 *
 * <pre>{@code
 * ModuleRegistry registry =
 *     ModuleRegistry.standard()
 *         .register("Doubling", Doubling.class, Doubling::new)
 *         .register("Mine", Mine.class, MyConfig.class, Mine::config, Mine::new)
 *         .registerDescribed("Scale", Scale.class, s -> new Scale(s.number("factor")));
 * }</pre>
 *
 * <p>Confined to one thread while modules are registered.
 */
public final class ModuleRegistry {
  private static final String CONFIG = "config";

  private final Map<String, Kind<?>> byName = new LinkedHashMap<>();
  private final Map<Class<?>, Kind<?>> byType = new LinkedHashMap<>();
  private final Map<String, Reparametrize> parametrizations = new LinkedHashMap<>();
  private final Map<Class<?>, String> parametrizationNames = new LinkedHashMap<>();

  /**
   * One kind of module.
   *
   * @param config what it is made from as a record, or null where the module describes itself
   */
  record Kind<M extends Module>(
      String name,
      Class<M> type,
      @Nullable Function<M, ? extends Record> config,
      Function<ModuleSettings, ? extends M> make) {
    void describe(Module module, JsonDescription into) {
      if (config == null) {
        module.describe(into);
      } else {
        into.options(CONFIG, config.apply(type.cast(module)));
      }
    }
  }

  /** Puts a parametrization in the place of a parameter again. */
  @FunctionalInterface
  public interface Reparametrize {
    void apply(Module module, String parameter, ModuleSettings settings);
  }

  /** An empty registry. */
  public ModuleRegistry() {}

  /**
   * All modules and models of this library that can be made from numbers and other modules, and
   * those of every {@link ModuleCatalog} on the class path. Not those that hold what no file can:
   * {@code TripletMarginWithDistanceLoss} a function, {@code DataParallel} devices (save the module
   * inside), lazy layers what only a first batch tells (afterwards they are saved as what they
   * became).
   */
  public static ModuleRegistry standard() {
    ModuleRegistry registry = new ModuleRegistry();
    StandardLayers.register(registry);
    StandardConvolutions.register(registry);
    StandardNorms.register(registry);
    StandardSequences.register(registry);
    StandardLosses.register(registry);
    ServiceLoader.load(ModuleCatalog.class, ModuleRegistry.class.getClassLoader())
        .forEach(catalog -> catalog.register(registry));
    return registry;
  }

  /**
   * Adds a kind of module that {@linkplain Module#describe describes} itself.
   *
   * @param make a module from what it said
   * @throws ConfigException if the name or the class is taken
   */
  public <M extends Module> ModuleRegistry registerDescribed(
      String name, Class<M> type, Function<ModuleSettings, ? extends M> make) {
    return add(new Kind<>(name, type, null, make));
  }

  /** Adds a kind of module that is made from a record. */
  public <M extends Module, C extends Record> ModuleRegistry register(
      String name,
      Class<M> type,
      Class<C> configType,
      Function<M, C> config,
      Function<C, ? extends M> make) {
    return add(
        new Kind<>(
            name, type, config, settings -> make.apply(settings.options(CONFIG, configType))));
  }

  /** Adds a kind of module without settings. */
  public <M extends Module> ModuleRegistry register(
      String name, Class<M> type, Supplier<? extends M> make) {
    return add(new Kind<>(name, type, null, settings -> make.get()));
  }

  /** Adds a way to compute a parameter. */
  public ModuleRegistry registerParametrization(
      String name, Class<? extends Parametrization> type, Reparametrize make) {
    if (parametrizations.containsKey(name) || parametrizationNames.containsKey(type)) {
      throw taken(name, type);
    }
    parametrizations.put(name, make);
    parametrizationNames.put(type, name);
    return this;
  }

  private ModuleRegistry add(Kind<?> kind) {
    if (byName.containsKey(kind.name()) || byType.containsKey(kind.type())) {
      throw taken(kind.name(), kind.type());
    }
    byName.put(kind.name(), kind);
    byType.put(kind.type(), kind);
    return this;
  }

  private static ConfigException taken(String name, Class<?> type) {
    return ConfigException.because(
        "a module named '" + name + "' or the class " + type.getName() + " is registered already");
  }

  /** The classes that are registered. */
  public Set<Class<?>> types() {
    return Collections.unmodifiableSet(byType.keySet());
  }

  /** All names, for messages. */
  Set<String> names() {
    return byName.keySet();
  }

  @Nullable Kind<?> named(String name) {
    return byName.get(name);
  }

  @Nullable Kind<?> of(Class<?> type) {
    return byType.get(type);
  }

  @Nullable Reparametrize parametrization(String name) {
    return parametrizations.get(name);
  }

  @Nullable String nameOfParametrization(Class<?> type) {
    return parametrizationNames.get(type);
  }
}
