package ai.cresset.model;

import ai.cresset.error.ConfigException;
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
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.norm.RunningNormOptions;
import ai.cresset.nn.pooling.MaxPool2d;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A plain convolutional network for images of 32 x 32 elements: three stages of two convolutions
 * with batch norms and rectifiers, each ended by max pooling, then two linear layers.
 *
 * <p>Input {@code [batch, 3, 32, 32]}, output {@code [batch, classes]}. The stages have width,
 * twice and four times the width as channels, the hidden linear layer eight times. Children: {@code
 * features}, a Sequential of the stages, and {@code classifier}, a Sequential of the rest.
 */
public final class CifarCnn extends Layer {
  private static final long IMAGE_CHANNELS = 3;
  private static final int STAGES = 3;
  private static final long LAST_SIZE = 32 >> STAGES;
  private static final double DROPOUT = 0.5;

  private final long classes;
  private final long width;
  private final Sequential features;
  private final Sequential classifier;

  /** With 64 channels in the first stage. */
  public CifarCnn(long classes) {
    this(classes, 64, Placement.DEFAULT);
  }

  /**
   * A network.
   *
   * @param width channels of the first stage
   */
  public CifarCnn(long classes, long width, Placement placement) {
    if (classes < 1 || width < 1) {
      throw ConfigException.value(
          "CifarCnn", classes + " classes, width " + width, "numbers of at least 1");
    }
    this.classes = classes;
    this.width = width;
    List<Layer> layers = new ArrayList<>();
    long channels = IMAGE_CHANNELS;
    for (int stage = 0; stage < STAGES; stage++) {
      long wider = width << stage;
      for (int i = 0; i < 2; i++) {
        ConvolutionOptions same = ConvolutionOptions.DEFAULT.padding(1);
        layers.add(new Conv2d(channels, wider, 3, same, true, placement));
        layers.add(new BatchNorm2d(wider, RunningNormOptions.BATCH, placement));
        layers.add(new Relu());
        channels = wider;
      }
      layers.add(new MaxPool2d(2));
    }
    features = child("features", new Sequential(layers.toArray(Layer[]::new)));
    classifier =
        child(
            "classifier",
            new Sequential(
                new Flatten(),
                new Linear(channels * LAST_SIZE * LAST_SIZE, 8 * width, true, placement),
                new Relu(),
                new Dropout(DROPOUT),
                new Linear(8 * width, classes, true, placement)));
  }

  @Override
  protected Tensor forward(Tensor images) {
    return classifier.call(features.call(images));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("classes", classes).integer("width", width);
  }
}
