package ai.cresset.tensor.autograd;

import ai.cresset.random.Generator;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;

/**
 * A context whose first saved tensors belong to somebody else.
 *
 * @param context the whole
 * @param first the position that counts as 0 here
 */
record Behind(Context context, int first) implements Context {
  @Override
  public void save(Tensor... tensors) {
    context.save(tensors);
  }

  @Override
  public Tensor saved(int index) {
    return context.saved(first + index);
  }

  @Override
  public Spec input(int index) {
    return context.input(index);
  }

  @Override
  public int numInputs() {
    return context.numInputs();
  }

  @Override
  public boolean needsGradient() {
    return context.needsGradient();
  }

  @Override
  public boolean needs(int input) {
    return context.needs(input);
  }

  @Override
  public void markNonDifferentiable(Tensor... outputs) {
    context.markNonDifferentiable(outputs);
  }

  @Override
  public void keep(Object value) {
    context.keep(value);
  }

  @Override
  public <T> T kept(Class<T> type) {
    return context.kept(type);
  }

  @Override
  public void key(Generator.Key key) {
    context.key(key);
  }

  @Override
  public Generator.Key key() {
    return context.key();
  }
}
