package ai.cresset.nn.container;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parameters of any shape under names of the user's own ({@code torch.nn.ParameterDict}). Read them
 * with {@link #get}.
 */
public final class ParameterDict extends Module {
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  /**
   * Takes these tensors over, in the order of the map; a {@link Parameter} is tied to where it was
   * before.
   */
  public ParameterDict(Map<String, ? extends Tensor> initial) {
    initial.forEach((name, tensor) -> parameters.put(name, parameter(name, tensor)));
  }

  /**
   * The parameter of this name.
   *
   * @throws ConfigException if there is none
   */
  public Parameter get(String name) {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      throw ConfigException.value("ParameterDict name", name, "one of " + parameters.keySet());
    }
    return parameter;
  }

  /** All of them in order; a view. */
  public Map<String, Parameter> all() {
    return Collections.unmodifiableMap(parameters);
  }

  @Override
  protected String settings() {
    return parameters.size() + " parameters";
  }

  @Override
  public void describe(ModuleDescription description) {
    description.shapes("parameters", parameters);
  }
}
