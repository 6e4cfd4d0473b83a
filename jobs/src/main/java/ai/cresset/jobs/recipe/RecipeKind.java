package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import java.util.Locale;

/** What a recipe trains on what: the value of its first key, {@code recipe}. */
public enum RecipeKind {
  /** A GPT language model on text. */
  GPT(GptRecipe.class),
  /** A convolutional network on labelled images. */
  IMAGE(ImageRecipe.class),
  /** An autoencoder, a VAE or a GAN of images without labels. */
  GENERATIVE(GenerativeRecipe.class),
  /** A classifier of texts, or a model that writes one text from another. */
  SEQUENCE(SequenceRecipe.class),
  /** A multilayer perceptron on the rows of a table. */
  TABLE(TableRecipe.class),
  /** A model of clicks whose tables lie on parameter servers. */
  RECOMMENDER(RecommenderRecipe.class),
  /** A forecaster of time series. */
  SERIES(SeriesRecipe.class),
  /** A classifier of sounds. */
  AUDIO(AudioRecipe.class);

  private final Class<? extends Recipe> type;

  RecipeKind(Class<? extends Recipe> type) {
    this.type = type;
  }

  /** The record of all settings. */
  public Class<? extends Recipe> type() {
    return type;
  }

  /** How it is written in recipes. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Refuses another kind than this one, whose settings a file holds. */
  void require(RecipeKind got) {
    if (got != this) {
      throw ConfigException.value(
          "recipe", got.text(), text() + ", whose settings the file holds (or name another file)");
    }
  }
}
