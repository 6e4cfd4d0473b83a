package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;
import java.util.List;

/**
 * The section {@code model} of a {@code recommender} recipe.
 *
 * @param kind which model
 * @param embeddingWidth the length of an id's vector
 * @param hidden sizes of the hidden layers
 */
public record RecommenderModelSettings(Kind kind, int embeddingWidth, List<Integer> hidden)
    implements Serializable {
  public RecommenderModelSettings {
    Check.atLeast("model.embedding_width", embeddingWidth, 1);
    hidden = List.copyOf(hidden);
    if (hidden.isEmpty()) {
      throw ConfigException.value("model.hidden", hidden, "at least one hidden layer");
    }
    hidden.forEach(size -> Check.atLeast("model.hidden", size, 1));
  }

  /** Which model. */
  public enum Kind {
    /** A linear model beside a perceptron. */
    WIDE_AND_DEEP,
    /** A factorization machine beside a perceptron. */
    DEEP_FM
  }
}
