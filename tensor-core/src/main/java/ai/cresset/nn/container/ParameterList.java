package ai.cresset.nn.container;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Parameters of any shape, named {@code 0}, {@code 1}, ... ({@code torch.nn.ParameterList}). */
public final class ParameterList extends Module {
  private final List<Parameter> parameters = new ArrayList<>();

  /** Takes these tensors over; a {@link Parameter} is tied to where it was before. */
  public ParameterList(List<? extends Tensor> initial) {
    for (Tensor each : initial) {
      parameters.add(parameter(Integer.toString(parameters.size()), each));
    }
  }

  public Parameter get(int index) {
    return parameters.get(index);
  }

  public int size() {
    return parameters.size();
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
