package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CressetException;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.generate.SeasonalSeries;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.SeriesRecipe;
import ai.cresset.jobs.series.SeriesCorpus;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe for time series: keys, wrong rows, formats, and how near it comes to the best. */
@NullUnmarked
final class ForecastRecipeTest {
  private static final Path RECIPE =
      Path.of(System.getProperty("cresset.home"), "conf", "forecast.yaml");

  @TempDir private static Path shared;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start(shared);
    new SeasonalSeries().write(shared.resolve("small"), 4 * 60, 1);
    new SeasonalSeries().write(shared.resolve("other"), 4 * 60, 2);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SeriesRecipe recipe(String... overrides) {
    return (SeriesRecipe)
        Recipe.read(
            RECIPE,
            RecipeSettings.merged(
                List.of(
                    "train.steps=2",
                    "train.global_batch=8",
                    "train.warmup_steps=0",
                    "train.evaluate_every=0",
                    "model.width=8",
                    "data.context=8",
                    "data.horizon=2",
                    "data.season=4",
                    "output.samples=1",
                    "data.path=" + shared.resolve("small"),
                    "data.cache_dir=" + shared.resolve("cache"),
                    "output.dir=" + shared.resolve("run-" + System.nanoTime())),
                List.of(overrides)));
  }

  private static Flip flip(String override, String... beside) {
    return Flip.of("forecast.yaml", override, beside);
  }

  /** The account and some windows of each part; or why there are none. */
  private static String windows(List<String> overrides) {
    try (SeriesCorpus corpus =
        SeriesCorpus.read(spark, recipe(overrides.toArray(String[]::new)).data())) {
      StringBuilder text = new StringBuilder(corpus.summary().toString());
      for (Row row : corpus.frame(Part.TEST).takeAsList(2)) {
        text.append(row);
      }
      return text.toString();
    } catch (Exception e) { // Spark wraps what its tasks throw, and declares nothing
      return rootMessage(e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private static String trained(List<String> overrides) {
    return Flip.outcome(recipe(overrides.toArray(String[]::new)), spark);
  }

  private static Path changed(String name, String from, String to) throws IOException {
    Path file = Files.createDirectories(shared.resolve(name)).resolve("series.csv");
    String text = Files.readString(shared.resolve("small/series.csv"));
    assertTrue(text.contains(from), from);
    return Files.writeString(file, text.replace(from, to));
  }

  @Test
  void everyDataKeyHasAnEffect() throws IOException {
    changed("semicolons", ",", ";");
    changed("holes", "2024-01-02T03:00", "2024-01-09T03:00");
    Path numbers = shared.resolve("numbers.csv");
    List<String> lines = new ArrayList<>(List.of("time,series,value,sale"));
    for (int i = 0; i < 60; i++) {
      lines.add(2 * i + ",a," + i % 7 + ",0");
    }
    Files.write(numbers, lines);
    String number = "data.path=" + numbers;
    String semicolons = "data.path=" + shared.resolve("semicolons");
    String holes = "data.path=" + shared.resolve("holes");
    List<Flip> flips =
        List.of(
            flip("data.path=" + shared.resolve("other")),
            flip("data.format=json"),
            flip("data.delimiter=;", semicolons),
            flip("data.time=series"),
            flip("data.step=1", number, "data.step=2", "data.calendar=[]"),
            flip("data.series=sale", "data.known=[]", "data.invalid=skip"),
            flip("data.targets=[value, sale]", "data.known=[]"),
            flip("data.known=[]"),
            flip("data.calendar=[day, year]"),
            flip("data.context=9"),
            flip("data.horizon=3"),
            flip("data.stride=2"),
            flip("data.season=5"),
            flip("data.gaps=fill", holes, "data.invalid=skip"),
            flip("data.invalid=skip", holes, "data.gaps=fill"),
            flip("data.validation_fraction=0.2"),
            flip("data.test_fraction=0.3"));
    Set<String> keys = Flip.keys(SeriesRecipe.class, "data");
    keys.remove("data.cache_dir"); // seen below
    assertEquals(keys, Flip.keys(flips.stream()));
    flips.forEach(new Flip.Effects((file, settings) -> windows(settings))::assertSeen);
    assertEquals(windows(List.of()), windows(List.of()));
  }

  @Test
  void everyModelKeyHasAnEffect() {
    List<Flip> flips =
        List.of(
            flip("model.kind=lstm"),
            flip("model.layers=2"),
            flip("model.width=6"),
            flip("model.heads=2", "model.kind=transformer"),
            flip("model.kernel=2", "model.kind=tcn"),
            flip("model.dropout=0.5"),
            flip("model.anchor=last"),
            flip("model.shortcut=false"),
            flip("model.loss=mae"),
            flip("model.quantiles=[0.2, 0.5, 0.8]", "model.loss=quantile"),
            flip("model.dtype=float64"));
    assertEquals(Flip.keys(SeriesRecipe.class, "model"), Flip.keys(flips.stream()));
    flips.forEach(new Flip.Effects((file, settings) -> trained(settings))::assertSeen);
    assertTrue(Files.exists(shared.resolve("cache")));
    assertNotEquals(
        trained(List.of("model.loss=huber")),
        trained(List.of("model.loss=mse")),
        "huber is not the squared error");
    assertEquals(trained(List.of()), trained(List.of()));
  }

  private static String refused(String... overrides) {
    return String.valueOf(
        assertThrows(
                CressetException.class,
                () -> WorkloadChoice.of(recipe(overrides)).prepare(spark, new Configuration()))
            .getMessage());
  }

  @Test
  void rowsThatCannotBeUsedAreNamedOrSkipped() throws IOException {
    String path = "data.path=" + changed("text", "2024-01-01T05:00:00,shop-1,", "noon,shop-1,");
    String message = refused(path);
    assertTrue(
        message.startsWith(
            "series.csv: row 66 has the time 'noon' in column 'time'; expected a date such as"),
        message);
    assertEquals(
        "data.targets: expected one of the columns [time, series, value, sale] of "
            + shared.resolve("small")
            + ", got 'price'",
        refused("data.targets=[price]"));
    assertTrue(refused("data.path=/nothing/here").contains("'/nothing/here' has no files"));
    Workload.Prepared prepared =
        WorkloadChoice.of(recipe(path, "data.invalid=skip", "data.gaps=split"))
            .prepare(spark, new Configuration());
    assertTrue(
        prepared.account().contains("1 rows left out, 0 repeated, 0 out of order; 1 steps missing"),
        prepared.account());
  }

  /** The same rows in three formats give the same windows. */
  @Test
  void everyFormatIsRead() {
    var rows = spark.read().option("header", "true").csv(shared.resolve("small").toString());
    rows.selectExpr("to_timestamp(time) as time", "series", "double(value)", "int(sale)")
        .coalesce(1)
        .write()
        .parquet(shared.resolve("parquet").toString());
    rows.selectExpr("time", "series", "double(value)", "int(sale)")
        .coalesce(1)
        .write()
        .json(shared.resolve("json").toString());
    String csv = windows(List.of());
    assertEquals(
        csv, windows(List.of("data.format=parquet", "data.path=" + shared.resolve("parquet"))));
    assertEquals(csv, windows(List.of("data.format=json", "data.path=" + shared.resolve("json"))));
  }

  private static double figure(List<String> notes, String line, String name) {
    String text = notes.stream().filter(each -> each.startsWith(line)).findFirst().orElseThrow();
    String after = text.substring(text.indexOf(name + " ") + name.length() + 1);
    return Double.parseDouble(after.split("[, ]")[0]);
  }

  /** Two workers; quantiles as well as points; forecasts into a file. */
  @Test
  void itComesNearTheBestPossible() throws IOException {
    Path series = shared.resolve("long");
    new SeasonalSeries().write(series, 4 * 800, 3);
    SeriesRecipe recipe =
        recipe(
            "data.path=" + series,
            "data.context=24",
            "data.horizon=6",
            "data.season=24",
            "train.steps=250",
            "train.learning_rate=5e-3",
            "train.global_batch=64",
            "train.evaluate_every=50",
            "model.width=16",
            "spark.workers=2",
            "parallel.data=1",
            "parallel.shard=2",
            "parallel.zero=1");
    WorkloadChoice.of(recipe).check(new Configuration());
    TinyRun run = TinyRun.of(recipe, spark);
    List<String> notes = run.result().notes();
    double best = SeasonalSeries.attainable(6);
    double rmse = figure(notes, "forecast", "rmse");
    assertTrue(rmse < 1.15 * best && rmse > 0.85 * best, notes + ", attainable " + best);
    assertTrue(rmse < 0.7 * figure(notes, "naive", "rmse"), notes.toString());
    assertTrue(figure(notes, "forecast", "mase") < 0.7, notes.toString());
    double test = Math.sqrt(run.result().test().score());
    assertEquals(rmse, test, 1e-3 * test);
    assertTrue(
        run.result().exhibition().samples().get(0).input().startsWith("value of shop-"),
        run.result().exhibition().toString());

    // Sales of the next hours are known; a series that ends earlier is left out.
    List<String> lines = new ArrayList<>(Files.readAllLines(series.resolve("series.csv")));
    for (int hour = 8; hour < 14; hour++) {
      lines.add(String.format(Locale.ROOT, "2024-02-03T%02d:00:00,shop-3,,0", hour));
    }
    Path newer = Files.write(shared.resolve("newer.csv"), lines);
    RunDirectory directory = new RunDirectory(recipe.output().dir(), new Configuration());
    Workload.Prepared prepared = WorkloadChoice.of(recipe).prepare(spark, new Configuration());
    directory.begin(prepared.model(), prepared.companion(), recipe.toYaml());
    ForecastJob job =
        new ForecastJob(recipe.output().dir(), List.of("data.path=" + newer, "data.invalid=skip"));
    job.check(new Configuration());
    String told = job.run(spark);
    assertTrue(told.startsWith("6 steps of 1 series in "), told);
    long chosen = run.result().best().step();
    assertTrue(told.endsWith("by the weights that did best, of step " + chosen), told);
    List<String> forecast = Files.readAllLines(Path.of(recipe.output().dir(), "forecast.csv"));
    assertEquals(7, forecast.size(), forecast.toString());
    assertEquals("series,time,value", forecast.get(0));
    assertTrue(forecast.get(1).startsWith("shop-3,2024-02-03T08:00:00,"), forecast.get(1));
    double value = Double.parseDouble(forecast.get(1).split(",")[2]);
    assertTrue(value > 180 && value < 230, forecast.toString());
    String refused =
        rootMessage(
            assertThrows(
                Exception.class,
                () -> new ForecastJob(recipe.output().dir(), List.of()).run(spark)));
    assertTrue(refused.contains("rows with [sale] and without values after its end"), refused);
    assertFalse(forecast.toString().contains("NaN"));
  }
}
