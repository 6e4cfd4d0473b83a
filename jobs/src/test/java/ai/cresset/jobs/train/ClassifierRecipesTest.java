package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.jobs.generate.Sentences;
import ai.cresset.jobs.generate.TurnedWords;
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

/** The recipes for images and tables learn, whatever shape their data have, on 1 and 2 workers. */
@NullUnmarked
@Timeout(value = 900, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClassifierRecipesTest {
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
    List<String> settings =
        new ArrayList<>(
            List.of(
                "spark.workers=" + workers,
                "train.warmup_steps=10",
                "train.evaluate_every=0",
                "data.cache_dir=" + directory.resolve("cache"),
                "output.dir=" + directory.resolve("run-" + System.nanoTime())));
    settings.addAll(List.of(overrides));
    Recipe read = Recipe.read(CONF.resolve(recipe), settings);
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
    System.out.println("TUNE " + last);
    assertTrue(last.matches("test accuracy [01]\\.[0-9]{4}"), last);
    assertTrue(Double.parseDouble(last.substring("test accuracy ".length())) >= bar, report);
  }

  @Test
  void imagesOfTwoShapes() throws IOException {
    new IdxFiles(5, 1, 12, 12).write(directory.resolve("grey"), "", 300, 100);
    new IdxFiles(8, 3, 14, 10).write(directory.resolve("colour"), ".gz", 400, 100);
    String[] common = {"train.steps=60", "train.global_batch=45", "model.width=8"};
    String grey = "data.path=" + directory.resolve("grey");
    String one = train("image-cnn.yaml", 1, with(common, grey));
    String two = train("image-cnn.yaml", 2, with(common, grey));
    assertAccuracy(0.85, one);
    assertAccuracy(0.85, two);
    assertEquals(
        "samples     2,700 images of 270 used, 0 dropped; each exactly once in 10 of 10 epochs",
        line(one, "samples"));
    assertEquals(line(one, "samples"), line(two, "samples"));
    String colour = "data.path=" + directory.resolve("colour");
    assertAccuracy(0.85, train("image-cnn.yaml", 2, with(common, colour)));
  }

  @Test
  void tablesOfTwoShapes() throws IOException {
    Path customers = RuleTable.customers(directory.resolve("customers.csv"), 1200);
    Path plants = RuleTable.plants(directory.resolve("plants.csv"), 900);
    String[] common = {"train.steps=126", "train.global_batch=60", "train.learning_rate=1e-2"};
    String[] first = with(common, "data.path=" + customers, "data.label=outcome");
    String one = train("tabular-mlp.yaml", 1, first);
    String two = train("tabular-mlp.yaml", 2, first);
    assertAccuracy(0.8, one);
    assertAccuracy(0.8, two);
    assertEquals(
        "samples     7,560 rows of 840 used, 0 dropped; each exactly once in 9 of 9 epochs",
        line(one, "samples"));
    assertEquals(line(one, "samples"), line(two, "samples"));
    String[] second = with(common, "data.path=" + plants, "data.label=Kind No", "data.delimiter=;");
    assertAccuracy(0.87, train("tabular-mlp.yaml", 2, second));
  }

  @Test
  void textsAndPairs() throws IOException {
    new Sentences().write(directory.resolve("texts"), 800, 1);
    new TurnedWords().write(directory.resolve("pairs"), 300, 1);
    String[] common = {
      "data.path=" + directory.resolve("texts"),
      "data.max_tokens=16",
      "train.steps=60",
      "train.global_batch=32",
      "train.learning_rate=1e-2",
      "model.width=16"
    };
    assertAccuracy(0.9, train("text-classifier.yaml", 2, common));
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

  private static String[] with(String[] common, String... more) {
    List<String> all = new ArrayList<>(List.of(common));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
