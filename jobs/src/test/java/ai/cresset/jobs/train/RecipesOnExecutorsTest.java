package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.feature.ClickLogs;
import ai.cresset.jobs.generate.Sentences;
import ai.cresset.jobs.generate.TurnedWords;
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
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recipes learn on 1 and 2 workers, whatever shape their data have. They share two executor
 * processes, because a process takes longer to get up to speed than to train any of them.
 */
@NullUnmarked
@Timeout(value = 900, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RecipesOnExecutorsTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");

  @TempDir private static Path shared;
  private static SparkSession spark;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    spark = TwoExecutors.start(shared);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private String train(String recipe, int workers, String... overrides) {
    List<String> common =
        List.of(
            "spark.workers=" + workers,
            "train.warmup_steps=10",
            "train.evaluate_every=0",
            "data.cache_dir=" + directory.resolve("cache"),
            "output.dir=" + directory.resolve("run-" + System.nanoTime()));
    Recipe read =
        Recipe.read(CONF.resolve(recipe), RecipeSettings.merged(common, List.of(overrides)));
    TrainJob.check(read, spark.sessionState().newHadoopConf());
    StringWriter out = new StringWriter();
    new TrainJob(spark, read, new PrintWriter(out), 0).run();
    return out.toString();
  }

  private static String line(String report, String start) {
    return report.lines().filter(each -> each.startsWith(start)).findFirst().orElseThrow();
  }

  private static void assertAccuracy(double bar, String report) {
    List<String> lines = report.lines().toList();
    String last = lines.get(lines.size() - 1);
    assertTrue(last.matches("test accuracy [01]\\.[0-9]{4}"), last);
    assertTrue(Double.parseDouble(last.substring("test accuracy ".length())) >= bar, report);
  }

  @Test
  void imagesOfTwoShapes() throws IOException {
    new IdxFiles(5, 1, 12, 12).write(directory.resolve("grey"), "", 300, 100);
    new IdxFiles(8, 3, 14, 10).write(directory.resolve("colour"), ".gz", 400, 100);
    String[] common = {"train.steps=36", "train.global_batch=45", "model.width=8"};
    String grey = "data.path=" + directory.resolve("grey");
    String one = train("image-cnn.yaml", 1, with(common, grey));
    String two = train("image-cnn.yaml", 2, with(common, grey));
    assertAccuracy(0.85, one);
    assertAccuracy(0.85, two);
    assertEquals(
        "samples     1,620 images of 270 used, 0 dropped; each exactly once in 6 of 6 epochs",
        line(one, "samples"));
    assertEquals(line(one, "samples"), line(two, "samples"));
    String colour = "data.path=" + directory.resolve("colour");
    assertAccuracy(0.85, train("image-cnn.yaml", 2, with(common, colour)));
  }

  @Test
  void tablesOfTwoShapes() throws IOException {
    Path customers = RuleTable.customers(directory.resolve("customers.csv"), 1200);
    Path plants = RuleTable.plants(directory.resolve("plants.csv"), 900);
    String[] common = {"train.steps=84", "train.global_batch=60", "train.learning_rate=1e-2"};
    String[] first = with(common, "data.path=" + customers, "data.label=outcome");
    String one = train("tabular-mlp.yaml", 1, first);
    String two = train("tabular-mlp.yaml", 2, first);
    assertAccuracy(0.8, one);
    assertAccuracy(0.8, two);
    assertEquals(
        "samples     5,040 rows of 840 used, 0 dropped; each exactly once in 6 of 6 epochs",
        line(one, "samples"));
    assertEquals(line(one, "samples"), line(two, "samples"));
    String[] second = with(common, "data.path=" + plants, "data.label=Kind No", "data.delimiter=;");
    assertAccuracy(0.87, train("tabular-mlp.yaml", 2, second));
  }

  @Test
  void textsAndPairs() throws IOException {
    new Sentences().write(directory.resolve("texts"), 1000, 1);
    new TurnedWords().write(directory.resolve("pairs"), 300, 1);
    String[] common = {
      "data.path=" + directory.resolve("texts"),
      "data.max_tokens=16",
      "train.steps=120",
      "train.global_batch=32",
      "train.learning_rate=1e-2",
      "model.width=24"
    };
    assertAccuracy(0.85, train("text-classifier.yaml", 2, common));
    String pairs =
        train(
            "translation.yaml",
            2,
            "data.path=" + directory.resolve("pairs"),
            "train.steps=10",
            "model.layers=1",
            "model.width=16");
    assertTrue(line(pairs, "test exact").matches("test exact [01]\\.[0-9]{4}"), pairs);
  }

  private String recommend(String output, String... overrides) {
    List<String> common =
        List.of(
            "data.path=" + directory.resolve("log"),
            "output.dir=" + directory.resolve(output),
            "train.global_batch=128",
            "train.warmup_steps=0",
            "train.learning_rate=1e-3",
            "train.schedule=constant",
            "train.evaluate_every=0",
            "servers.learning_rate=0.1",
            "data.features=['user: hashed 9000', 'item: ids 500', 'page: ids 5000',"
                + " 'tags: vocabulary 5', 'hour: buckets 6 12 18', 'hour * item: hashed"
                + " 3000']");
    return train("recommender.yaml", 2, with(common.toArray(String[]::new), overrides));
  }

  @Test
  void clicksArePredictedAndTrainingGoesOnBitForBit() throws IOException {
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
    String whole = recommend("whole", "train.steps=80");
    double found = Double.parseDouble(line(whole, "test auc ").substring("test auc ".length()));
    assertTrue(found > attainable - 0.06, attainable + " attainable\n" + whole);
    assertTrue(line(whole, "server 0: ").contains("rows"), whole);
    assertTrue(line(whole, "server 1: ").contains("rows"), whole);
    assertTrue(line(whole, "wire ").contains("kB a step"), whole);
    // Stopped on the way, and gone on with: the same bits.
    recommend("parts", "train.steps=30");
    String parts = recommend("parts", "train.steps=80");
    assertEquals(line(whole, "validation loss"), line(parts, "validation loss"), parts);
    assertEquals(line(whole, "test auc"), line(parts, "test auc"));
    assertTrue(line(parts, "steps ").contains("of which 30 were done"), parts);
  }

  private static String[] with(String[] common, String... more) {
    List<String> all = new ArrayList<>(List.of(common));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
