package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.feature.ClickLogs;
import ai.cresset.jobs.recipe.ClickLogRecipe;
import ai.cresset.jobs.recipe.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a made-up log to a trained model, on two executor processes. */
@Timeout(value = 900, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RecommenderRecipeTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");

  @TempDir private Path directory = Path.of("");

  private String train(SparkSession spark, String output, String... overrides) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.path=" + directory.resolve("log"),
                "data.cache_dir=" + directory.resolve("cache"),
                "output.dir=" + directory.resolve(output),
                "train.global_batch=128",
                "train.warmup_steps=0",
                "train.learning_rate=1e-3",
                "train.schedule=constant",
                "train.evaluate_every=0",
                "servers.learning_rate=0.1",
                "data.features=['user: hashed 9000', 'item: ids 500', 'page: ids 5000',"
                    + " 'tags: vocabulary 5', 'hour: buckets 6 12 18', 'hour * item: hashed"
                    + " 3000']"));
    settings.addAll(List.of(overrides));
    Recipe read = Recipe.read(CONF.resolve("recommender.yaml"), settings);
    TrainJob.check(read, spark.sessionState().newHadoopConf());
    StringWriter out = new StringWriter();
    new TrainJob(spark, read, new PrintWriter(out), 0).run();
    return out.toString();
  }

  private static String line(String report, String start) {
    return report.lines().filter(each -> each.startsWith(start)).findFirst().orElseThrow();
  }

  @Test
  void learnsWhatTheLogHoldsAndGoesOnBitForBit() {
    try (SparkSession spark = TwoExecutors.start(directory)) {
      ClickLogRecipe log =
          RecipeReader.read(
              ClickLogRecipe.class,
              CONF.resolve("click-logs.yaml"),
              List.of(
                  "path=" + directory.resolve("log"),
                  "rows=10000",
                  "files=2",
                  "users=2000",
                  "items=500",
                  "pages=5000",
                  "tags=20",
                  "influential=6",
                  "exponent=1.8",
                  "strength=1.2"));
      String made = new ClickLogs(log).run(spark);
      double attainable =
          Double.parseDouble(line(made, "attainable auc").substring("attainable auc ".length()));
      String whole = train(spark, "whole", "train.steps=80");
      double found = Double.parseDouble(line(whole, "test auc ").substring("test auc ".length()));
      System.out.println("TUNE auc " + found + " of " + attainable);
      assertTrue(found > attainable - 0.06, attainable + " attainable\n" + whole);
      assertTrue(line(whole, "server 0: ").contains("rows"), whole);
      assertTrue(line(whole, "server 1: ").contains("rows"), whole);
      assertTrue(line(whole, "wire ").contains("kB a step"), whole);
      // Stopped on the way, and gone on with: the same bits.
      train(spark, "parts", "train.steps=30");
      String parts = train(spark, "parts", "train.steps=80");
      assertEquals(line(whole, "validation loss"), line(parts, "validation loss"), parts);
      assertEquals(line(whole, "test auc"), line(parts, "test auc"));
      assertTrue(line(parts, "steps ").contains("of which 30 were done"), parts);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
