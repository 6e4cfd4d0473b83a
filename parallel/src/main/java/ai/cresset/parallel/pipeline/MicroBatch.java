package ai.cresset.parallel.pipeline;

import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What passes through a pipeline at once. Every rank of the pipeline has it.
 *
 * @param input what the first stage takes
 * @param loss from what the last stage makes
 * @param around runs each stage's forward pass, such as in lower precision; always in the same way
 */
public record MicroBatch(Tensor input, Function<Tensor, Loss> loss, Around around) {
  /** What runs a part of the forward pass. */
  public interface Around {
    /** Just that part. */
    Around NOTHING =
        new Around() {
          @Override
          public <T> T run(Supplier<T> part) {
            return part.get();
          }
        };

    <T> T run(Supplier<T> part);
  }

  /** With nothing around. */
  public MicroBatch(Tensor input, Function<Tensor, Loss> loss) {
    this(input, loss, Around.NOTHING);
  }
}
