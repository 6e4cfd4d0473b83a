package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import ai.cresset.jobs.config.RecipeReader;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * A search for settings: the same recipe with other values, one training after the other.
 *
 * @param recipe the file of the recipe, relative to this file
 * @param overrides what all trials have in place of the recipe's settings, {@code key=value}
 * @param method how values are chosen
 * @param trials how many there are of {@code random}; 0 for {@code grid}, which tries everything
 * @param seed of {@code random}
 * @param space which values: {@code key=a, b, c}; for {@code random} also {@code key=low..high} and
 *     {@code key=log low..high}, where the logarithm is spread evenly
 * @param dir where the trials and what was found go
 */
public record SearchRecipe(
    String recipe,
    List<String> overrides,
    Method method,
    int trials,
    long seed,
    List<String> space,
    String dir)
    implements Serializable {
  public SearchRecipe {
    Check.notBlank("recipe", recipe);
    overrides = List.copyOf(overrides);
    space = List.copyOf(space);
    if (space.isEmpty()) {
      throw ConfigException.value("space", "[]", "at least one setting with its values");
    }
    if (method == Method.GRID && trials != 0) {
      throw ConfigException.value("trials", trials, "0, because grid tries everything");
    }
    if (method == Method.RANDOM) {
      Check.atLeast("trials", trials, 1);
    }
    Check.notBlank("dir", dir);
  }

  /** How values are chosen. */
  public enum Method {
    /** Every combination, the last setting changing fastest. */
    GRID,
    /** Each setting by itself, at random. */
    RANDOM
  }

  /**
   * Reads a search.
   *
   * @throws ConfigException on a key or value that does not fit; the text names place and key
   */
  public static SearchRecipe read(Path file, List<String> overrides) {
    return RecipeReader.read(SearchRecipe.class, file, overrides);
  }
}
