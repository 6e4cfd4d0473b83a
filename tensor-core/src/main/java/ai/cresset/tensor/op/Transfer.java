package ai.cresset.tensor.op;

import ai.cresset.backend.Backends;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row-major copy on another device ({@code Tensor.to(device)}). */
public record Transfer(Device target) implements SimpleOp {
  @Override
  public String name() {
    return "to";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec input = inputs.get(0);
    return new Spec(input.shape(), input.dtype(), target);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor input = inputs.get(0);
    long bytes = input.numel() * input.dtype().bytes();
    Tensor result = Tensor.empty(output);
    if (input.isContiguous()) {
      move(input, result, bytes);
    } else {
      try (Tensor copy = input.detachedClone()) {
        move(copy, result, bytes);
      }
    }
    return result;
  }

  private void move(Tensor from, Tensor to, long bytes) {
    long start = from.storageOffset() * from.dtype().bytes();
    if (from.device().isHost()) {
      Backends.of(target).upload(from.storage().address() + start, to.storage(), 0, bytes);
    } else if (target.isHost()) {
      from.backend().download(from.storage(), start, to.storage().address(), bytes);
    } else {
      Storage host = Allocator.current().allocate(bytes);
      try {
        from.backend().download(from.storage(), start, host.address(), bytes);
        Backends.of(target).upload(host.address(), to.storage(), 0, bytes);
      } finally {
        host.release();
      }
    }
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(gradient.to(context.input(0).device()));
  }
}
