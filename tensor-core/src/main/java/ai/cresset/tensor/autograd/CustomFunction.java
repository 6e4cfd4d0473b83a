package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Needs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A differentiable function of a user's own: forward and backward in one class ({@code
 * torch.autograd.Function}). A record's fields are the settings of one call.
 *
 * <pre>{@code
 * // x^3, with a derivative written by hand
 * record Cube() implements CustomFunction {
 *   public List<Tensor> forward(Context context, List<Tensor> inputs) {
 *     Tensor x = inputs.get(0);
 *     context.save(x);
 *     return List.of(x.mul(x).mul(x));
 *   }
 *
 *   public List<Tensor> backward(Context context, List<Tensor> gradients, Needs needs) {
 *     Tensor x = context.saved(0);
 *     return List.of(gradients.get(0).mul(x.square().mul(3)));
 *   }
 * }
 *
 * Tensor y = new Cube().apply(x);
 * }</pre>
 *
 * <p>Forward is not recorded and must not change its inputs. Backward is written with tensors; if
 * it uses only gradients, saved inputs and saved outputs, it can be differentiated again. For a
 * function whose backward is a kernel, see {@link FusedFunction}. An operation of the library's
 * kind, with a shape rule that is checked, is an {@link ai.cresset.tensor.op.Op}.
 */
public interface CustomFunction {
  /**
   * Computes the results. What backward needs is {@linkplain Context#save saved} here; other values
   * can be {@linkplain Context#keep kept}.
   *
   * @return one or more tensors
   */
  List<Tensor> forward(Context context, List<Tensor> inputs);

  /**
   * Gradients of the inputs from those of the results.
   *
   * @param gradients one for each result; null where nothing depends on it
   * @param needs which inputs want a gradient; others may be null in the answer
   * @return one for each input, of its shape and type; null means 0
   */
  List<@Nullable Tensor> backward(Context context, List<@Nullable Tensor> gradients, Needs needs);

  /** The name in messages and profiles. */
  default String name() {
    String simple = getClass().getSimpleName();
    if (simple.isEmpty()) {
      return "customFunction";
    }
    return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
  }

  /** Runs the function; its first result. */
  default Tensor apply(Tensor... inputs) {
    return applyAll(List.of(inputs)).get(0);
  }

  /** Runs the function. */
  default List<Tensor> applyAll(List<Tensor> inputs) {
    return Dispatch.applyWithoutRule(new CustomOp(this), inputs);
  }
}
