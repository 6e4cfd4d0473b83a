package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.train.own.NoUsableLoss;
import ai.cresset.jobs.train.own.SignOptimizer;
import ai.cresset.jobs.train.own.ThreefoldLoss;
import ai.cresset.jobs.workload.ClassScores;
import ai.cresset.jobs.workload.LossChoice;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Losses and optimizers of the user's: which are taken, and why others are not. */
class UserClassTest {
  private static TrainSettings settings(String override) {
    Path conf = Path.of(System.getProperty("cresset.home"), "conf");
    return Recipe.read(conf.resolve("image-cnn.yaml"), List.of(override)).train();
  }

  private static String refused(String override) {
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () -> {
              TrainSettings settings = settings(override);
              LossChoice.check(settings);
              OptimizerChoice.check(settings);
            });
    return String.valueOf(refused.getMessage());
  }

  @Test
  void aClassIsMade() {
    TrainSettings settings = settings("train.loss=" + ThreefoldLoss.class.getName());
    assertEquals(ThreefoldLoss.class, LossChoice.of(settings, ClassScores.usual()).getClass());
    OptimizerChoice.check(settings("train.optimizer=" + SignOptimizer.class.getName()));
  }

  @Test
  void whatCannotBeUsedIsRefusedWithTheReason() {
    String missing = refused("train.loss=com.acme.MyLoss");
    assertTrue(
        missing.startsWith(
            "train.loss: expected a class that driver and executors find (spark-submit --jars, or"
                + " CRESSET_JARS with deploy/local/run.sh), and there is none of this name:"),
        missing);
    assertTrue(missing.endsWith(", got com.acme.MyLoss"), missing);
    assertEquals(
        "train.loss: expected a class that extends ai.cresset.nn.loss.TargetLoss, which this one"
            + " does not, got java.lang.String",
        refused("train.loss=java.lang.String"));
    assertEquals(
        "train.loss: expected a class with a public constructor (), which this one lacks, got "
            + NoUsableLoss.class.getName(),
        refused("train.loss=" + NoUsableLoss.class.getName()));
    assertEquals(
        "train.optimizer: expected a class that extends ai.cresset.optim.Optimizer, which this one"
            + " does not, got "
            + ThreefoldLoss.class.getName(),
        refused("train.optimizer=" + ThreefoldLoss.class.getName()));
    assertEquals(
        "train.optimizer: expected a class with a public constructor (List, double), which this one"
            + " lacks, got ai.cresset.optim.Adam",
        refused("train.optimizer=ai.cresset.optim.Adam"));
    String misspelt = refused("train.optimizer=adamv");
    assertTrue(misspelt.contains("one of adamw, adam, nadam"), misspelt);
    assertTrue(misspelt.contains("or the name of a class with its package, got 'adamv'"), misspelt);
  }
}
