package ai.cresset.parallel.zero;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.container.Sequential;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which modules of a model are units: their parameters are put together before they are called and
 * taken apart afterwards. What belongs to no unit belongs to that of the whole model. A unit must
 * be called itself; parameters of a module that others only reach into are not there then.
 */
@FunctionalInterface
public interface UnitRule {
  /** The units, by the names of the modules; the whole model need not be among them. */
  Set<String> units(Module model);

  /**
   * The outermost modules that have a sibling of their class, such as transformer blocks. Modules
   * without children count in containers only, such as the layers of a {@code Sequential}.
   */
  static UnitRule repeatedLayers() {
    return model -> {
      Set<String> found = Collections.newSetFromMap(new LinkedHashMap<>());
      collectRepeated("", model, found);
      return found;
    };
  }

  /**
   * The outermost modules of these classes.
   *
   * @throws ConfigException (when the model is sharded) if there is none
   */
  static UnitRule types(Class<?>... types) {
    return model -> {
      Set<String> found = Collections.newSetFromMap(new LinkedHashMap<>());
      model
          .namedModules()
          .forEach(
              (name, module) -> {
                boolean fits = List.of(types).stream().anyMatch(type -> type.isInstance(module));
                boolean inside = found.stream().anyMatch(unit -> name.startsWith(unit + "."));
                if (fits && !inside && !name.isEmpty()) {
                  found.add(name);
                }
              });
      if (found.isEmpty()) {
        throw ConfigException.because(
            "ZeRO units: the model has no module of "
                + List.of(types)
                + "; name classes that it has, or use UnitRule.repeatedLayers()");
      }
      return found;
    };
  }

  /** One unit for everything. */
  static UnitRule whole() {
    return model -> Set.of();
  }

  private static void collectRepeated(String prefix, Module parent, Set<String> found) {
    Map<Class<?>, Integer> classes = new IdentityHashMap<>();
    List<Map.Entry<String, Module>> children = new ArrayList<>(parent.namedChildren().entrySet());
    for (Map.Entry<String, Module> child : children) {
      if (!child.getValue().namedParameters().isEmpty()) {
        classes.merge(child.getValue().getClass(), 1, Integer::sum);
      }
    }
    for (Map.Entry<String, Module> child : children) {
      String name =
          prefix.isEmpty() || child.getKey().isEmpty()
              ? prefix + child.getKey()
              : prefix + "." + child.getKey();
      boolean layer =
          !child.getValue().namedChildren().isEmpty()
              || parent instanceof Sequential
              || parent instanceof ModuleList;
      boolean repeated = classes.getOrDefault(child.getValue().getClass(), 0) > 1;
      if (repeated && layer && !name.equals(prefix)) {
        found.add(name);
      } else {
        collectRepeated(name, child.getValue(), found);
      }
    }
  }
}
