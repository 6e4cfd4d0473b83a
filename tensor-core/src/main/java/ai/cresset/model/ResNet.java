package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.MaxPoolOptions;
import ai.cresset.nn.init.Init;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.pooling.AdaptiveAvgPool2d;
import ai.cresset.nn.pooling.MaxPool2d;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A residual network (He et al. 2016) with torchvision's names and defaults: {@code conv1}, {@code
 * bn1}, {@code layer1} to {@code layer4}, {@code fc}; state dicts of {@code
 * torchvision.models.resnet18} and its likes fit.
 *
 * <p>Input {@code [batch, 3, height, width]}, output {@code [batch, classes]}. Weights of
 * convolutions begin normal with variance {@code 2 / fan-out}, norms at 1 and 0. Activations are
 * channels-last in memory.
 */
public final class ResNet extends Layer {
  private static final long IMAGE_CHANNELS = 3;

  private final ResNetConfig config;
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final MaxPool2d maxpool = new MaxPool2d(MaxPoolOptions.of(3).stride(2).padding(1));
  private final List<Sequential> stages = new ArrayList<>();
  private final AdaptiveAvgPool2d avgpool = new AdaptiveAvgPool2d(1);
  private Layer fc;

  public ResNet(ResNetConfig config) {
    this(config, Placement.DEFAULT);
  }

  public ResNet(ResNetConfig config, Placement placement) {
    this.config = config;
    long channels = config.width();
    ConvolutionOptions stem = ConvolutionOptions.DEFAULT.stride(2).padding(3);
    conv1 = child("conv1", new Conv2d(IMAGE_CHANNELS, channels, 7, stem, false, placement));
    bn1 = child("bn1", ResidualBlock.norm(channels, placement));
    for (int stage = 0; stage < config.depths().size(); stage++) {
      List<Layer> blocks = new ArrayList<>();
      long width = config.widthOf(stage);
      for (int i = 0; i < config.depths().get(stage); i++) {
        int stride = i == 0 && stage > 0 ? 2 : 1;
        blocks.add(config.block().make(channels, width, stride, placement));
        channels = width * config.block().expansion();
      }
      stages.add(child("layer" + (stage + 1), new Sequential(blocks.toArray(Layer[]::new))));
    }
    fc = child("fc", new Linear(channels, config.numClasses(), true, placement));
    initialize();
  }

  private void initialize() {
    for (Module module : namedModules().values()) {
      if (module instanceof Conv2d convolution) {
        Tensor weight = convolution.weight();
        long fanOut = weight.size(0) * weight.size(2) * weight.size(3);
        Init.normal(weight, 0, Math.sqrt(2.0 / fanOut));
      } else if (module instanceof ResidualBlock block && config.zeroInitResidual()) {
        Init.zeros(Objects.requireNonNull(block.lastNorm().weight()));
      }
    }
  }

  public ResNetConfig config() {
    return config;
  }

  /** The last layer, from {@code [batch, features]} to scores. */
  public Layer head() {
    return fc;
  }

  /**
   * Puts another last layer in the place of the first one, which is closed: {@code model.fc =
   * Linear(...)} of transfer learning.
   *
   * @param layer takes {@link ResNetConfig#numFeatures()} features
   */
  public void head(Layer layer) {
    fc = replaceChild("fc", layer);
  }

  @Override
  public void replace(String name, Module module) {
    if (name.equals("fc") && module instanceof Layer layer) {
      head(layer);
    } else {
      super.replace(name, module);
    }
  }

  /** What the last layer gets: {@code [batch, features]}. */
  public Tensor features(Tensor images) {
    return scoped(
        () -> {
          Tensor value = maxpool.call(bn1.callRectified(conv1.call(images)));
          for (Sequential stage : stages) {
            value = stage.call(value);
          }
          return avgpool.call(value).flatten(1, -1);
        });
  }

  @Override
  protected Tensor forward(Tensor images) {
    return fc.call(features(images));
  }

  @Override
  protected String settings() {
    return config.block().name().toLowerCase(Locale.ROOT)
        + " blocks "
        + config.depths()
        + ", width "
        + config.width();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
