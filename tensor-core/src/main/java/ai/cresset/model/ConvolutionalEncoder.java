package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.LeakyRelu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.layer.Flatten;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.GroupNorm;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * From images to a few numbers: convolutions of 4 x 4 that halve the image, as the discriminator of
 * Radford et al. 2016 ("Unsupervised representation learning with deep convolutional generative
 * adversarial networks") has them, and a linear layer. Group norms take the place of batch norms,
 * so that what becomes of an image does not depend on the others.
 *
 * <p>Input {@code [batch, channels, height, width]}, output {@code [batch, outputs]}. Children:
 * {@code stages}, {@code head}.
 */
public final class ConvolutionalEncoder extends Layer {
  private static final int KERNEL = 4;
  private static final int MOST_GROUPS = 8;
  private static final int LEAST_CHANNELS = 4;
  private static final double EPSILON = 1e-5;
  private static final double SLOPE = 0.2;

  private final ImageCoderConfig config;
  private final long outputs;
  private final Sequential stages;
  private final Linear head;

  /**
   * An encoder.
   *
   * @param outputs how many numbers it makes of an image; the configuration's latent is not used
   */
  public ConvolutionalEncoder(ImageCoderConfig config, long outputs, Placement placement) {
    this.config = config;
    this.outputs = outputs;
    ConvolutionOptions halving = ConvolutionOptions.DEFAULT.stride(2).padding(1);
    List<Layer> layers = new ArrayList<>();
    long channels = config.channels();
    for (int stage = 1; stage <= config.numStages(); stage++) {
      long wider = config.features(stage);
      layers.add(new Conv2d(channels, wider, KERNEL, halving, !config.norm(), placement));
      if (config.norm()) {
        layers.add(norm(wider, placement));
      }
      layers.add(new LeakyRelu(SLOPE));
      channels = wider;
    }
    layers.add(new Flatten());
    stages = child("stages", new Sequential(layers.toArray(Layer[]::new)));
    head = child("head", new Linear(config.elements(), outputs, true, placement));
  }

  /**
   * A norm of up to 8 groups of equal size, each of at least 4 channels where there are so many.
   */
  static GroupNorm norm(long channels, Placement placement) {
    int groups = (int) Math.max(1, Math.min(MOST_GROUPS, channels / LEAST_CHANNELS));
    while (channels % groups != 0) {
      groups--;
    }
    return new GroupNorm(groups, channels, EPSILON, true, placement);
  }

  @Override
  protected Tensor forward(Tensor images) {
    return head.call(stages.call(images));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config).integer("outputs", outputs);
  }
}
