package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.ConvTranspose2d;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.layer.Unflatten;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * From a few numbers to images: a linear layer and transposed convolutions of 4 x 4 that double the
 * image, as the generator of Radford et al. 2016 has them, with group norms in the place of batch
 * norms. Odd heights and widths come back as they were.
 *
 * <p>Input {@code [batch, latent]}, output {@code [batch, channels, height, width]}, any numbers:
 * the sigmoid of them is the image. Child: {@code stages}.
 */
public final class ConvolutionalDecoder extends Layer {
  private static final long KERNEL = 4;

  private final ImageCoderConfig config;
  private final Sequential stages;

  public ConvolutionalDecoder(ImageCoderConfig config, Placement placement) {
    this.config = config;
    List<Layer> layers = new ArrayList<>();
    int last = config.numStages();
    long channels = config.features(last);
    layers.add(new Linear(config.latent(), config.elements(), true, placement));
    layers.add(new Unflatten(1, channels, config.height(last), config.width(last)));
    for (int stage = last; stage > 0; stage--) {
      if (config.norm()) {
        layers.add(ConvolutionalEncoder.norm(channels, placement));
      }
      layers.add(new Relu());
      long narrower = stage == 1 ? config.channels() : config.features(stage - 1);
      layers.add(
          new ConvTranspose2d(
              channels,
              narrower,
              new long[] {KERNEL},
              doubling(stage),
              stage == 1 || !config.norm(),
              placement));
      channels = narrower;
    }
    stages = child("stages", new Sequential(layers.toArray(Layer[]::new)));
  }

  /** Twice the size that a stage left, and one more where it was odd before. */
  private TransposedConvolutionOptions doubling(int stage) {
    int row = (int) (config.height(stage - 1) % 2);
    int column = (int) (config.width(stage - 1) % 2);
    return TransposedConvolutionOptions.DEFAULT.stride(2).padding(1).outputPadding(row, column);
  }

  @Override
  protected Tensor forward(Tensor latent) {
    return stages.call(latent);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
