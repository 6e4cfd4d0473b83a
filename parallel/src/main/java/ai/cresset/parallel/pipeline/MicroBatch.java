package ai.cresset.parallel.pipeline;

import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import java.util.function.Function;

/**
 * What passes through a pipeline at once. Every rank of the pipeline has it.
 *
 * @param input what the first stage takes
 * @param loss from what the last stage makes
 */
public record MicroBatch(Tensor input, Function<Tensor, Loss> loss) {}
