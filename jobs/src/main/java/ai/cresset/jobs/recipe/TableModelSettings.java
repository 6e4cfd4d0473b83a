package ai.cresset.jobs.recipe;

import ai.cresset.jobs.config.Check;
import java.io.Serializable;
import java.util.List;

/**
 * The section {@code model} of a {@code table} recipe: linear layers with rectifiers between them.
 *
 * @param hidden sizes of the hidden layers; may be empty
 * @param norm what follows each hidden layer
 * @param dropout probability of dropping, after each hidden layer
 * @param categories how categorical columns go into the first layer
 * @param embeddingWidth the length of a category's vector
 * @param dtype what weights, gradients and optimizer state are kept in, and computed in
 */
public record TableModelSettings(
    List<Integer> hidden,
    Norm norm,
    double dropout,
    Categories categories,
    int embeddingWidth,
    FloatType dtype)
    implements Serializable {
  public TableModelSettings {
    hidden = List.copyOf(hidden);
    hidden.forEach(size -> Check.atLeast("model.hidden", size, 1));
    Check.fraction("model.dropout", dropout);
    Check.atLeast("model.embedding_width", embeddingWidth, 1);
  }

  /** Normalisations between linear layer and rectifier. */
  public enum Norm {
    /** Of the features of each row. */
    LAYER,
    /** None. */
    NONE
  }

  /** How categories become numbers. */
  public enum Categories {
    /** Each has a vector that is trained. */
    EMBEDDING,
    /** Each has an input of its own, 1 or 0. */
    ONE_HOT
  }
}
