package ai.cresset.parallel.zero;

import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** Which unit each parameter belongs to. */
final class UnitPlan {
  private UnitPlan() {}

  /**
   * The name of the unit of each parameter: the module around it that is a unit. One that is tied
   * between units belongs to the whole model, whose unit holds while the others run.
   */
  static Map<Parameter, String> of(Module model, UnitRule rule) {
    Set<String> units = rule.units(model);
    Map<Parameter, String> places = new IdentityHashMap<>();
    model
        .namedModules()
        .forEach(
            (name, module) -> {
              String unit = unitOf(name, units);
              module
                  .namedParameters()
                  .forEach(
                      (path, parameter) -> {
                        if (path.indexOf('.') < 0) {
                          places.merge(
                              parameter, unit, (one, other) -> one.equals(other) ? one : "");
                        }
                      });
            });
    return places;
  }

  private static String unitOf(String module, Set<String> units) {
    String name = module;
    while (!name.isEmpty() && !units.contains(name)) {
      name = name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }
    return name;
  }
}
