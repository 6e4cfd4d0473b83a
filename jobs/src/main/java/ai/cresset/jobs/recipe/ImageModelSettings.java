package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;

/**
 * The section {@code model} of an {@code image} recipe: a convolutional network that takes the size
 * of the images, their channels and the number of classes from the data.
 *
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
 * @param freeze whether the weights of {@code init} stay as they are, so that the head alone is
 *     trained
 * @param dtype what weights, gradients and optimizer state are kept in, and computed in
 */
public record ImageModelSettings(
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
    Check.atLeast("model.stages", stages, 1);
    Check.atLeast("model.convolutions", convolutions, 1);
    Check.atLeast("model.width", width, 1);
    Check.atLeast("model.grid", grid, 1);
    Check.atLeast("model.hidden", hidden, 0);
    Check.fraction("model.dropout", dropout);
    if (freeze && init.isEmpty()) {
      throw ConfigException.value(
          "model.freeze", true, "false, because there are no weights to keep without model.init");
    }
  }

  /** Normalisations between convolution and rectifier. */
  public enum Norm {
    /** Of groups of channels of each image: the same for one worker and for many. */
    GROUP,
    /** None. */
    NONE
  }
}
