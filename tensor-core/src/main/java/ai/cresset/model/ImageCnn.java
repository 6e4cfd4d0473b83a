package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Flatten;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.GroupNorm;
import ai.cresset.nn.pooling.AdaptiveAvgPool2d;
import ai.cresset.nn.pooling.MaxPool2d;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolutional classifier of images of any size and number of channels: stages of 3 x 3
 * convolutions with group norms and rectifiers, each ended by max pooling, then averages over a
 * fixed grid and one or two linear layers.
 *
 * <p>Input {@code [batch, channels, height, width]}, output {@code [batch, classes]}. A stage
 * halves the image only while that leaves at least the grid, so that small images keep their
 * details. Children: {@code features}, a Sequential of the stages, whose weights do not depend on
 * the classes, and {@code head}, a Sequential of the rest.
 */
public final class ImageCnn extends Layer {
  private static final int MOST_GROUPS = 8;
  private static final double EPSILON = 1e-5;

  private final ImageCnnConfig config;
  private final Sequential features;
  private final Sequential head;

  public ImageCnn(ImageCnnConfig config) {
    this(config, Placement.DEFAULT);
  }

  public ImageCnn(ImageCnnConfig config, Placement placement) {
    this.config = config;
    List<Layer> layers = new ArrayList<>();
    long channels = config.channels();
    long smallest = Math.min(config.height(), config.width());
    for (int stage = 0; stage < config.numStages(); stage++) {
      long wider = config.features() << stage;
      for (int i = 0; i < config.numConvolutions(); i++) {
        ConvolutionOptions same = ConvolutionOptions.DEFAULT.padding(1);
        layers.add(new Conv2d(channels, wider, 3, same, !config.norm(), placement));
        if (config.norm()) {
          layers.add(new GroupNorm(groups(wider), wider, EPSILON, true, placement));
        }
        layers.add(new Relu());
        channels = wider;
      }
      if (smallest / 2 >= config.grid()) {
        layers.add(new MaxPool2d(2));
        smallest /= 2;
      }
    }
    features = child("features", new Sequential(layers.toArray(Layer[]::new)));
    head = child("head", head(config, channels * config.grid() * config.grid(), placement));
  }

  private static Sequential head(ImageCnnConfig config, long inputs, Placement placement) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new AdaptiveAvgPool2d(config.grid(), config.grid()));
    layers.add(new Flatten());
    long last = inputs;
    if (config.hidden() > 0) {
      layers.add(new Dropout(config.dropout()));
      layers.add(new Linear(last, config.hidden(), true, placement));
      layers.add(new Relu());
      last = config.hidden();
    }
    layers.add(new Dropout(config.dropout()));
    layers.add(new Linear(last, config.classes(), true, placement));
    return new Sequential(layers.toArray(Layer[]::new));
  }

  /** The most groups of equal size, up to 8. */
  private static int groups(long channels) {
    int groups = MOST_GROUPS;
    while (channels % groups != 0) {
      groups--;
    }
    return groups;
  }

  /** The layers before the head. */
  public Sequential features() {
    return features;
  }

  @Override
  protected Tensor forward(Tensor images) {
    return head.call(features.call(images));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
