package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Needs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CustomFunction} whose forward and backward are kernels, beside a composed form from
 * differentiable operations. Where a backward pass is recorded itself ({@code createGraph}), the
 * composed form is differentiated instead of the kernel, so a second derivative always exists. Test
 * one against the other.
 */
public interface FusedFunction extends CustomFunction {
  /** The same results as {@link #forward}, from differentiable operations. */
  List<Tensor> composed(List<Tensor> inputs);

  /** Runs the function. All inputs are saved beside what forward saves. */
  @Override
  default List<Tensor> applyAll(List<Tensor> inputs) {
    return Dispatch.applyWithoutRule(new CustomOp(new WithFallback(this)), inputs);
  }

  /**
   * Chooses between kernel and composed form.
   *
   * @param fused the function
   */
  record WithFallback(FusedFunction fused) implements CustomFunction {
    @Override
    public String name() {
      return fused.name();
    }

    @Override
    public List<Tensor> forward(Context context, List<Tensor> inputs) {
      context.save(inputs.toArray(Tensor[]::new));
      return fused.forward(new Behind(context, inputs.size()), inputs);
    }

    @Override
    public List<@Nullable Tensor> backward(
        Context context, List<@Nullable Tensor> gradients, Needs needs) {
      int count = context.numInputs();
      if (!GradMode.isEnabled()) {
        return fused.backward(new Behind(context, count), gradients, needs);
      }
      List<Tensor> inputs = new ArrayList<>(count);
      List<Tensor> wanted = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        Tensor saved = context.saved(i);
        // A node of its own for each input: none is reached through another.
        Tensor input = needs.input(i) ? Dispatch.apply(new Passage(name()), saved) : saved;
        inputs.add(input);
        if (needs.input(i)) {
          wanted.add(input);
        }
      }
      List<@Nullable Tensor> found = derivatives(inputs, wanted, gradients);
      List<@Nullable Tensor> result = new ArrayList<>(count);
      int next = 0;
      for (int i = 0; i < count; i++) {
        result.add(needs.input(i) ? found.get(next++) : null);
      }
      return result;
    }

    private List<@Nullable Tensor> derivatives(
        List<Tensor> inputs, List<Tensor> wanted, List<@Nullable Tensor> gradients) {
      List<Tensor> results = fused.composed(inputs);
      List<Tensor> roots = new ArrayList<>();
      List<Tensor> cotangents = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        Tensor gradient = gradients.get(i);
        if (gradient != null && results.get(i).requiresGrad()) {
          roots.add(results.get(i));
          cotangents.add(gradient);
        }
      }
      return Autograd.gradOrNull(roots, wanted, cotangents, true, true);
    }
  }
}
