package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.CressetException;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.generate.Glyphs;
import ai.cresset.jobs.generate.SeasonalSeries;
import ai.cresset.jobs.generate.Sentences;
import ai.cresset.jobs.generate.SpokenWords;
import ai.cresset.jobs.generate.TurnedWords;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.SearchRecipe;
import ai.cresset.jobs.recipe.SequenceRecipe;
import ai.cresset.jobs.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recipes for texts: every key changes something, wrong data are refused, searches find. */
@NullUnmarked
final class SequenceRecipesTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");
  private static final String CLASSES = "text-classifier.yaml";
  private static final String PAIRS = "translation.yaml";

  private static final Flip.Effects EFFECTS =
      new Flip.Effects((file, settings) -> outcome(recipe(file, settings)));

  @TempDir private static Path shared;
  private static SparkSession spark;

  private static Flip classes(String override, String... beside) {
    return Flip.of(CLASSES, override, beside);
  }

  private static Flip pairs(String override, String... beside) {
    return Flip.of(PAIRS, override, beside);
  }

  static Stream<Flip> flips() {
    String[] transformer = {"model.kind=transformer", "model.bidirectional=false"};
    return Stream.of(
        classes("data.path=" + shared.resolve("more")),
        classes("data.format=json"),
        classes("data.delimiter=;", "data.path=" + shared.resolve("semicolons")),
        classes("data.task=translation", transformer),
        classes("data.input=opinion", "data.path=" + shared.resolve("texts")),
        classes("data.target=other", "data.path=" + shared.resolve("columns")),
        classes("data.invalid=skip", "data.path=" + shared.resolve("torn.csv")),
        classes("data.tokens=char"),
        classes("data.max_tokens=3"),
        classes("data.min_count=30"),
        classes("data.validation_fraction=0.3"),
        classes("data.test_fraction=0.3"),
        classes("data.split_seed=1"),
        classes("data.cache_dir=" + shared.resolve("other-cache")),
        classes("model.kind=gru"),
        classes("model.layers=2"),
        classes("model.width=12"),
        classes("model.heads=2", transformer),
        classes("model.bidirectional=false"),
        classes("model.dropout=0.5"),
        classes("model.dtype=float64"),
        pairs("model.layers=1"),
        pairs("model.dropout=0.5"));
  }

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start(shared);
    new Sentences().write(shared.resolve("texts"), 120, 1);
    new Sentences().write(shared.resolve("more"), 130, 2);
    new TurnedWords().write(shared.resolve("pairs"), 120, 1);
    Files.writeString(
        shared.resolve("torn.csv"), Files.readString(shared.resolve("texts/reviews.csv")) + "x\n");
    Files.createDirectories(shared.resolve("semicolons"));
    Files.createDirectories(shared.resolve("columns"));
    List<String> lines = Files.readAllLines(shared.resolve("texts/reviews.csv"));
    List<String> columns = new ArrayList<>(List.of("text,opinion,other"));
    List<String> semicolons = new ArrayList<>(List.of("text,opinion;text;opinion"));
    for (int i = 1; i < lines.size(); i++) {
      columns.add(lines.get(i) + "," + (i % 3));
      semicolons.add("x,y;" + lines.get(i).replace(',', ';'));
    }
    Files.write(shared.resolve("columns/a.csv"), columns);
    Files.write(shared.resolve("semicolons/a.csv"), semicolons);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Recipe recipe(String file, List<String> overrides) {
    return Recipe.read(
        CONF.resolve(file),
        RecipeSettings.merged(
            List.of(
                "train.steps=4",
                "train.global_batch=8",
                "train.warmup_steps=0",
                "train.evaluate_every=0",
                "model.dropout=0",
                "model.width=8",
                "output.samples=2",
                "data.path=" + shared.resolve(file.equals(PAIRS) ? "pairs" : "texts"),
                "data.cache_dir=" + shared.resolve("cache"),
                "output.dir=" + shared.resolve("run-" + System.nanoTime())),
            overrides));
  }

  private static String outcome(Recipe recipe) {
    return Flip.outcome(recipe, spark);
  }

  @Test
  void modelsOfTextsMayBeCut() {
    for (String file : List.of(CLASSES, PAIRS)) {
      List<Double> losses = new ArrayList<>();
      for (int stage : new int[] {2, 3}) {
        TinyRun run =
            TinyRun.of(
                recipe(
                    file,
                    List.of(
                        "parallel.shard=2", "parallel.zero=" + stage, "train.evaluate_every=2")),
                spark);
        losses.add(run.result().test().loss());
      }
      assertEquals(losses.get(0), losses.get(1), 1e-4, file);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flips")
  void itsEffectIsSeen(Flip flip) {
    if (flip.key().equals("data.cache_dir")) {
      assertFalse(Files.exists(Path.of(flip.value())));
      outcome(recipe(flip.recipe(), flip.flipped()));
      assertTrue(Files.exists(Path.of(flip.value())));
      return;
    }
    EFFECTS.assertSeen(flip);
  }

  @Test
  void noEffectIsChance() {
    for (String file : List.of(CLASSES, PAIRS)) {
      assertEquals(outcome(recipe(file, List.of())), outcome(recipe(file, List.of())));
    }
  }

  @Test
  void noKeyIsLeftOut() {
    assertEquals(
        Flip.keys(SequenceRecipe.class, "data", "model"),
        Flip.keys(flips().filter(flip -> flip.recipe().equals(CLASSES))));
  }

  private static String refused(String... overrides) {
    return assertThrows(
            CressetException.class,
            () ->
                WorkloadChoice.of(recipe(CLASSES, List.of(overrides)))
                    .prepare(spark, new Configuration()))
        .getMessage();
  }

  @Test
  void textsThatCannotBeUsedAreRefused() throws IOException {
    String texts = shared.resolve("texts").toString();
    assertEquals(
        "data.input: expected one of the columns [text, opinion] of " + texts + ", got 'txt'",
        refused("data.input=txt"));
    assertEquals(
        "data.path: expected a file of CSV, JSON lines or Parquet, or a directory of such files, got"
            + " '/nothing/here'",
        refused("data.path=/nothing/here"));
    String misfit =
        assertThrows(
                ConfigException.class,
                () -> recipe(PAIRS, List.of("model.kind=lstm", "model.heads=1")))
            .getMessage();
    assertTrue(misfit.contains("transformer, because data.task is translation"), misfit);
    Path few = Files.writeString(shared.resolve("few.csv"), "text,opinion\na b,good\nc,bad\n");
    assertEquals(
        "data.path: 2 rows are too few for training, validation and test",
        refused("data.path=" + few));
    Path damaged = Files.writeString(shared.resolve("damaged.parquet"), "PAR1 and no more");
    String unread = refused("data.path=" + damaged);
    assertTrue(unread.startsWith("data.path: '" + damaged + "' cannot be read: file:"), unread);
    assertTrue(unread.contains("damaged.parquet is not a Parquet file."), unread);
    Path headers = Files.createDirectories(shared.resolve("headers"));
    Files.writeString(headers.resolve("a.csv"), "text,opinion\na b,good\nc,bad\n");
    Files.writeString(headers.resolve("b.csv"), "opinion,text\ngood,a b\n");
    String other = refused("data.path=" + headers);
    assertTrue(other.contains("CSV header does not conform to the schema. Header: opinion"), other);
    assertTrue(other.endsWith("b.csv; mend it, or use another copy"), other);
  }

  private static final String ADVICE =
      "; mend it, or set data.invalid=skip, which leaves such rows out";

  /** The problems of a recipe that skips rows, as the report tells them; the first of one not. */
  private static List<String> problems(String file, Path rows) {
    List<String> settings = List.of("data.path=" + rows, "data.invalid=skip");
    Workload.Prepared prepared =
        WorkloadChoice.of(recipe(file, settings)).prepare(spark, new Configuration());
    List<String> lines = prepared.announcement().lines().toList();
    List<String> problems = lines.stream().skip(2).map(String::strip).toList();
    assertEquals("skipped     " + problems.size() + " (data.invalid=skip), such as", lines.get(1));
    assertEquals(
        problems.get(0) + ADVICE,
        assertThrows(
                CressetException.class,
                () ->
                    WorkloadChoice.of(recipe(file, List.of("data.path=" + rows)))
                        .prepare(spark, new Configuration()))
            .getMessage());
    return problems;
  }

  @Test
  void rowsThatCannotBeUsedAreNamedOrSkippedAndCounted() throws IOException {
    Path directory = Files.createDirectories(shared.resolve("wrong"));
    List<String> good = Files.readAllLines(shared.resolve("texts/reviews.csv"));
    Path first = directory.resolve("a.csv");
    Files.write(first, good);
    Files.writeString(
        directory.resolve("b.csv"),
        good.get(0) + "\ngood,good\n\nshort\none,two,three\n,good\n\"\",good\nno class,\n  ,bad\n");
    assertEquals(
        List.of(
            "b.csv: row 2 has other columns than the others",
            "b.csv: row 3 has other columns than the others",
            "b.csv: row 4 has no text in column 'text'",
            "b.csv: row 5 has no text in column 'text'",
            "b.csv: row 6 has no class in column 'opinion'",
            "b.csv: row 7 has no text in column 'text'"),
        problems(CLASSES, directory));
    List<String> pairs = new ArrayList<>();
    for (String line : Files.readAllLines(shared.resolve("pairs/pairs.csv"))) {
      String[] values = line.split(",", -1);
      pairs.add(String.format("{\"source\": \"%s\", \"target\": \"%s\"}", values[0], values[1]));
    }
    pairs.remove(0);
    pairs.addAll(
        List.of(
            "{\"source\": \"a\"}",
            "{\"source\": \"\", \"target\": \"a\"}",
            "no JSON",
            "",
            "{\"source\": \"a\", \"target\": null}"));
    Path json = Files.write(shared.resolve("wrong.jsonl"), pairs);
    assertEquals(
        List.of(
            "wrong.jsonl: row 121 has no text in column 'target'",
            "wrong.jsonl: row 122 has no text in column 'source'",
            "wrong.jsonl: row 123 has other columns than the others",
            "wrong.jsonl: row 124 has no text in column 'target'"),
        problems(PAIRS, json));
    Path parquet = shared.resolve("wrong.parquet");
    spark
        .read()
        .option("header", true)
        .csv(first.toString())
        .selectExpr(
            "text",
            "case when text = '"
                + good.get(7).split(",")[0]
                + "' then null else opinion end opinion")
        .coalesce(1)
        .write()
        .parquet(parquet.toString());
    assertTrue(
        problems(CLASSES, parquet)
            .get(0)
            .endsWith(".parquet: row 7 has no class in column 'opinion'"));
  }

  @Test
  void aSearchWritesItsTableAndTheBestRecipe() throws IOException {
    Path directory = shared.resolve("search");
    Path file =
        Files.writeString(
            shared.resolve("search.yaml"),
            "recipe: "
                + CONF.resolve(CLASSES)
                + "\noverrides: ['data.path="
                + shared.resolve("texts")
                + "', 'data.cache_dir="
                + shared.resolve("cache")
                + "', train.steps=3, train.evaluate_every=0, spark.workers=1, model.width=8]\n"
                + "method: grid\ntrials: 0\nseed: 1\n"
                + "space: ['train.learning_rate=1e-3, 1e30', 'train.min_learning_rate=0']\n"
                + "dir: "
                + directory
                + "\n");
    SearchJob job = new SearchJob(SearchRecipe.read(file, List.of()), file, 0);
    job.check(new Configuration());
    StringWriter out = new StringWriter();
    job.run(spark, new PrintWriter(out));
    List<String> table = Files.readAllLines(directory.resolve("trials.csv"));
    assertEquals("trial,settings,loss,score,problem", table.get(0));
    assertEquals(3, table.size(), table.toString());
    assertTrue(
        table.get(1).startsWith("1,\"train.learning_rate=1e-3 train.min_learning_rate=0\","),
        table.get(1));
    assertTrue(out.toString().contains("best trial 1: loss"), out.toString());
    Recipe best = Recipe.read(directory.resolve("best.yaml"), List.of());
    assertEquals(1e-3, best.train().learningRate());
    assertTrue(Files.exists(directory.resolve("trial-001/report.html")));
  }

  /** Every recipe of conf/ runs for two steps, on data of its kind. */
  @Test
  void everyRecipeRuns() throws IOException {
    new Glyphs().write(shared.resolve("glyphs"), 60, 1);
    Path text = Files.writeString(shared.resolve("text.txt"), "a cat sat on a mat\n".repeat(60));
    RuleTable.customers(shared.resolve("rows.csv"), 80);
    new SeasonalSeries().write(shared.resolve("series"), 1600, 1);
    new SpokenWords().write(shared.resolve("words"), 48, 1);
    Map<String, List<String>> data =
        Map.of(
            "gpt",
                List.of(
                    "data.path=" + text,
                    "data.include=['*']",
                    "data.split=position",
                    "model.context=8",
                    "sample.prompt=a",
                    "sample.tokens=3"),
            "image", List.of("data.path=" + shared.resolve("glyphs")),
            "generative", List.of("data.path=" + shared.resolve("glyphs")),
            "table", List.of("data.path=" + shared.resolve("rows.csv"), "data.label=outcome"),
            "series", List.of("data.path=" + shared.resolve("series")),
            "audio", List.of("data.path=" + shared.resolve("words")));
    try (Stream<Path> files = Files.list(CONF)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        List<String> settings =
            new ArrayList<>(
                List.of(
                    "train.steps=2",
                    "train.global_batch=8",
                    "train.evaluate_samples=8",
                    "data.cache_dir=" + shared.resolve("cache"),
                    "output.dir=" + shared.resolve("run-" + System.nanoTime())));
        String kind =
            Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("recipe: "))
                .map(line -> line.substring("recipe: ".length()))
                .findFirst()
                .orElse("");
        if (kind.isEmpty() || kind.equals("recommender")) {
          continue; // these need servers: RecipesOnExecutorsTest runs them
        }
        String name = file.getFileName().toString();
        List<String> own =
            kind.equals("sequence")
                ? List.of("data.path=" + shared.resolve(name.equals(PAIRS) ? "pairs" : "texts"))
                : data.get(kind);
        assertTrue(own != null, name + ": no data of the kind " + kind + " in this test");
        settings.addAll(own);
        // These runs have one worker, whatever the recipe is for.
        settings.addAll(
            List.of(
                "parallel.data=auto",
                "parallel.tensor=1",
                "parallel.pipeline=1",
                "parallel.sequence_parallel=false"));
        TinyRun run = TinyRun.of(Recipe.read(file, settings), spark);
        assertEquals(2, run.result().summary().steps(), name);
      }
    }
  }
}
