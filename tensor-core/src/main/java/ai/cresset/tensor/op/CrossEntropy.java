package ai.cresset.tensor.op;

import ai.cresset.backend.FusedCrossEntropy;
import ai.cresset.error.DTypeException;
import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cross entropy of each row by the backend's fused kernel: logits {@code [rows, classes]},
 * targets {@code [rows]} of int64, losses {@code [rows]}. {@code Losses.crossEntropy} takes the
 * composed form on backends without the kernel.
 */
public record CrossEntropy(long ignoreIndex) implements SimpleOp {
  /** The target that counts for nothing by default, as in PyTorch. */
  public static final long IGNORE_INDEX = -100;

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec logits = inputs.get(0);
    Spec targets = inputs.get(1);
    boolean fits = logits.shape().rank() == 2;
    if (!fits || !targets.shape().equals(logits.shape().without(1))) {
      throw ShapeException.mismatch(
          name(),
          "logits [rows, classes] and targets [rows]",
          logits.shape() + " and " + targets.shape());
    }
    if (targets.dtype() != DType.INT64) {
      throw DTypeException.mismatch(name() + " (targets)", DType.INT64, targets.dtype());
    }
    if (!logits.dtype().isFloating()) {
      throw DTypeException.unsupported(name(), logits.dtype(), "the floating types");
    }
    return logits.withShape(targets.shape());
  }

  /** What users are told about a target that is no class. */
  public static String targetsMustBe(long classes, long ignoreIndex) {
    return "each target must be one of the "
        + classes
        + " classes of the input, or "
        + ignoreIndex
        + " (ignoreIndex) to be left out; correct the targets, or give the model more classes";
  }

  private static FusedCrossEntropy fused(Tensor tensor) {
    return tensor
        .backend()
        .capability(FusedCrossEntropy.class)
        .orElseThrow(
            () ->
                DeviceException.absent(
                    tensor.device(),
                    "its backend has no fused cross entropy",
                    "call Losses.crossEntropy, which then composes it"));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor logits = inputs.get(0);
    Tensor targets = inputs.get(1);
    Tensor losses = Tensor.empty(output);
    DType type = output.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    try (Scope scope = Scope.open("crossEntropy")) {
      Tensor logSumExp = Tensor.empty(output.withDType(type));
      fused(logits)
          .crossEntropy(
              logits.contiguous().materialize(),
              targets.materialize(),
              ignoreIndex,
              losses.materialize(),
              logSumExp.materialize());
      context.save(logits, targets, logSumExp);
    } catch (ShapeException e) {
      throw e.toldBy(name(), targetsMustBe(logits.size(1), ignoreIndex));
    }
    return losses;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(
        GradMode.isEnabled() ? composed(context, gradient) : kernel(context, gradient), null);
  }

  private Tensor kernel(Context context, Tensor gradient) {
    Tensor logits = context.saved(0);
    Tensor result = Tensor.empty(logits.spec());
    fused(logits)
        .crossEntropyBackward(
            gradient.materialize(),
            logits.contiguous().materialize(),
            context.saved(1).materialize(),
            ignoreIndex,
            context.saved(2).materialize(),
            result.materialize());
    return result;
  }

  /** The same from operations that can be differentiated again. */
  private Tensor composed(Context context, Tensor gradient) {
    Tensor logits = context.saved(0);
    Tensor targets = context.saved(1);
    Tensor ignored = targets.eq(ignoreIndex);
    Tensor counted = gradient.maskedFill(ignored, 0).unsqueeze(1);
    Tensor spread = logits.softmax(1).mul(counted);
    Tensor index = targets.maskedFill(ignored, 0).unsqueeze(1);
    return spread.scatterAdd(1, index, counted.neg());
  }
}
