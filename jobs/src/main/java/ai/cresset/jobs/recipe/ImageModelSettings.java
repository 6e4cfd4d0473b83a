package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;

/**
 * The section {@code model} of an {@code image} recipe: a convolutional network that takes the size
 * of the images, their channels and the number of classes from the data. A ResNet has stages,
 * convolutions, norms and a head of its own: the settings of them are 0 and {@code none} there.
 *
 * @param kind the network
 * @param stages each has its convolutions and halves the image while that is large enough; each has
 *     twice the channels of the one before
 * @param convolutions of each stage
 * @param width channels of the first stage
 * @param norm what follows each convolution
 * @param grid the features of the last stage are averaged to so many rows and columns
 * @param hidden size of the linear layer before the last; 0 for none
 * @param dropout probability of dropping, before each linear layer
 * @param init a safetensors file with weights of such a network, whose head is replaced; empty for
 *     none
 * @param freeze whether the weights of {@code init} stay as they are, statistics of batch norms
 *     too, so that the head alone is trained
 * @param dtype what weights, gradients and optimizer state are kept in, and computed in
 */
public record ImageModelSettings(
    Kind kind,
    int stages,
    int convolutions,
    int width,
    Norm norm,
    int grid,
    int hidden,
    double dropout,
    String init,
    boolean freeze,
    FloatType dtype)
    implements Serializable {
  public ImageModelSettings {
    Check.atLeast("model.width", width, 1);
    Check.fraction("model.dropout", dropout);
    if (kind == Kind.CNN) {
      Check.atLeast("model.stages", stages, 1);
      Check.atLeast("model.convolutions", convolutions, 1);
      Check.atLeast("model.grid", grid, 1);
      Check.atLeast("model.hidden", hidden, 0);
    } else {
      own("stages", stages);
      own("convolutions", convolutions);
      own("grid", grid);
      own("hidden", hidden);
      own("dropout", dropout);
      if (norm != Norm.NONE) {
        throw ConfigException.value("model.norm", "group", "none, because a ResNet has its own");
      }
    }
    if (freeze && init.isEmpty()) {
      throw ConfigException.value(
          "model.freeze", true, "false, because there are no weights to keep without model.init");
    }
  }

  private static void own(String key, double value) {
    if (value != 0) {
      throw ConfigException.value("model." + key, value, "0, because a ResNet has its own");
    }
  }

  /** Networks. */
  public enum Kind {
    /** As many stages and convolutions as the settings say. */
    CNN,
    /** ResNet-18; its {@code width} is 64 in the original. */
    RESNET18
  }

  /** Normalisations between convolution and rectifier. */
  public enum Norm {
    /** Of groups of channels of each image: the same for one worker and for many. */
    GROUP,
    /** None. */
    NONE
  }
}
