package ai.cresset.nn.layer;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.tensor.Tensor;

/**
 * One dimension in place of several ({@code torch.nn.Flatten}); of all but the first if nothing
 * else is said: {@code [batch, ...]} to {@code [batch, size]}.
 */
public final class Flatten extends Layer {
  private final int start;
  private final int end;

  /** All dimensions but the first. */
  public Flatten() {
    this(1, -1);
  }

  /** From {@code start} to {@code end}, both included; negative ones count from the end. */
  public Flatten(int start, int end) {
    this.start = start;
    this.end = end;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return input.flatten(start, end);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("start", start).integer("end", end);
  }
}
