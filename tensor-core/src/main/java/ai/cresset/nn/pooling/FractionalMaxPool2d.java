package ai.cresset.nn.pooling;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.FractionalPoolOptions;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;

/**
 * The largest element of each window, where windows begin at places that are drawn (Graham 2014,
 * {@code torch.nn.FractionalMaxPool2d}), in training and in evaluation.
 *
 * <p>Input and output {@code [batch, channels, height, width]} or without batch. Draws from the
 * thread's generator, unless samples are given.
 */
public final class FractionalMaxPool2d extends Layer {
  private final FractionalPoolOptions options;

  public FractionalMaxPool2d(FractionalPoolOptions options) {
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Poolings.fractionalMaxPool2d(input, options, Generator.current()).values();
  }

  /**
   * The same with samples instead of a generator.
   *
   * @param samples {@code [batch, channels, 2]} in [0, 1), of the input's type
   */
  public Tensor call(Tensor input, Tensor samples) {
    return scoped(() -> Poolings.fractionalMaxPool2d(input, options, samples).values());
  }

  @Override
  protected String settings() {
    return "kernel " + options.kernel();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("options", options);
  }
}
