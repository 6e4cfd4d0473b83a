package ai.cresset.nn.container;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Modules under names of the user's own, without a call of its own ({@code torch.nn.ModuleDict}).
 * Shapes are those of the modules.
 */
public final class ModuleDict<M extends Module> extends Module {
  private final Map<String, M> modules;

  /** In the order of the map. */
  public ModuleDict(Map<String, ? extends M> modules) {
    this.modules = Collections.unmodifiableMap(new LinkedHashMap<>(modules));
    this.modules.forEach(this::child);
  }

  /**
   * The module of this name.
   *
   * @throws ConfigException if there is none
   */
  public M get(String name) {
    M module = modules.get(name);
    if (module == null) {
      throw ConfigException.value("ModuleDict name", name, "one of " + modules.keySet());
    }
    return module;
  }

  /** All of them in order; a view. */
  public Map<String, M> modules() {
    return modules;
  }

  @Override
  public void describe(ModuleDescription description) {
    description.modules("modules", modules);
  }
}
