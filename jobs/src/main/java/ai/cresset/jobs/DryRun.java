package ai.cresset.jobs;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.Recipe;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A recipe cut down to two steps, to see whether all of it runs. */
final class DryRun {
  private static final String ENDING = ".dry-run";

  private DryRun() {}

  /** Its results go beside those of the recipe. */
  static Recipe of(RecipeArguments arguments) {
    String directory = arguments.read().output().dir() + ENDING;
    return arguments.read(
        List.of(
            "train.steps=2",
            "train.epochs=0",
            "train.evaluate_samples=16",
            "train.resume=never",
            "output.dir=" + directory));
  }

  /** Removes the results. */
  static void remove(Recipe recipe, Configuration configuration) {
    Path path = new Path(recipe.output().dir());
    if (!path.getName().endsWith(ENDING)) {
      throw new IllegalStateException(path + " is no dry run");
    }
    try {
      path.getFileSystem(configuration).delete(path, true);
    } catch (IOException e) {
      throw DataException.because("cannot remove " + path + ": " + e.getMessage(), e);
    }
  }
}
