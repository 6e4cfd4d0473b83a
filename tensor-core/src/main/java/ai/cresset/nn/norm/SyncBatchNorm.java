package ai.cresset.nn.norm;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.nn.Module;
import ai.cresset.nn.Placement;
import ai.cresset.tensor.Tensor;

/**
 * A batch norm whose statistics in training are those of all workers' batches together ({@code
 * torch.nn.SyncBatchNorm}): outputs, gradients and running statistics are what one process would
 * have over the whole batch, also where the workers' shares differ in size or are empty.
 *
 * <p>Input and output {@code [batch, features, ...]}. Parameters and buffers as {@link RunningNorm}
 * says. Every worker calls it equally often. For weights, each worker gets the gradients of its
 * share, which data parallelism adds up.
 */
public final class SyncBatchNorm extends BatchNorm {
  /** Of a single worker, until {@link #convert} says which group it belongs to. */
  public SyncBatchNorm(long features) {
    this(features, RunningNormOptions.BATCH, Placement.DEFAULT);
  }

  public SyncBatchNorm(long features, RunningNormOptions options, Placement placement) {
    super(features, options, placement);
  }

  /** Of the workers of a group. */
  public SyncBatchNorm(
      long features, RunningNormOptions options, Placement placement, StatisticsGroup group) {
    super(features, options, placement);
    synchronize(group);
  }

  /**
   * Makes every batch norm of a model take the statistics of all workers ({@code
   * convert_sync_batchnorm}). The modules stay, with their names, parameters and buffers.
   *
   * @return the model
   * @throws ConfigException if there is a lazy norm that has not been called yet
   */
  public static <M extends Module> M convert(M model, StatisticsGroup group) {
    model
        .namedModules()
        .forEach(
            (name, each) -> {
              if (each instanceof LazyNorm) {
                throw ConfigException.because(
                    "SyncBatchNorm.convert: '"
                        + name
                        + "' is made by the first call; call the model on a batch first");
              }
              if (each instanceof BatchNorm norm) {
                norm.synchronize(group);
              }
            });
    return model;
  }

  @Override
  void checkShape(Tensor input) {
    if (input.rank() < 2) {
      throw ShapeException.mismatch("SyncBatchNorm", "[batch, features, ...]", input.shape());
    }
  }
}
