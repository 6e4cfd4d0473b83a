package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.error.ConfigException;
import ai.cresset.error.CressetException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.recipe.ImageRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.TableRecipe;
import ai.cresset.jobs.workload.Score;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.train.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Every key of data and model of the recipes for images and tables changes something. */
@NullUnmarked
final class ClassifierEffectsTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");
  private static final List<String> SHORT =
      List.of(
          "train.steps=4",
          "train.global_batch=8",
          "train.warmup_steps=0",
          "train.evaluate_every=0",
          "model.dropout=0");

  private static final Flip.Effects EFFECTS =
      new Flip.Effects((file, settings) -> outcome(recipe(file, settings)));

  @TempDir private static Path shared;
  private static SparkSession spark;
  private static String pretrained = "";

  private static Flip image(String override, String... beside) {
    return Flip.of("image-cnn.yaml", override, beside);
  }

  private static Flip table(String override, String... beside) {
    return Flip.of("tabular-mlp.yaml", override, beside);
  }

  static Stream<Flip> flips() {
    String holes = "data.path=" + shared.resolve("holes.csv");
    return Stream.of(
        image("data.path=" + shared.resolve("other")),
        image("data.layout=channels_first", "data.path=" + shared.resolve("colour")),
        image("data.size=7"),
        image("data.colors=rgb"),
        image("data.classes=5"),
        image("data.validation_fraction=0.3"),
        image("data.split_seed=1"),
        image("data.shift=2"),
        image("data.flip=true"),
        image("data.crop=0.5"),
        image("data.rotate=40"),
        image("data.jitter=0.5", "data.path=" + shared.resolve("folders")),
        image("data.erase=1"),
        image("data.mixup=0.5"),
        image("data.class_weights=balanced"),
        image("data.test_fraction=0.3", "data.path=" + shared.resolve("folders")),
        image("data.invalid=skip", "data.path=" + shared.resolve("damaged")),
        image("data.cache_dir=" + shared.resolve("image-cache")),
        image("model.stages=2"),
        image("model.convolutions=2"),
        image("model.width=4"),
        image("model.norm=none"),
        image("model.grid=2"),
        image("model.hidden=0"),
        image("model.dropout=0.5"),
        image("model.init=" + pretrained),
        image("model.freeze=true", "model.init=" + pretrained),
        image("model.dtype=float64"),
        image("train.epochs=1", "train.steps=0", "train.epochs=2"),
        table("data.path=" + shared.resolve("more.csv")),
        table("data.format=json"),
        table(
            "data.delimiter=;", "data.path=" + shared.resolve("plants.csv"), "data.label=Kind No"),
        table("data.label=city"),
        table("data.task=regression", "data.label=income"),
        table("data.numeric=[city]"),
        table("data.categorical=[age]"),
        table("data.ignore=[age]"),
        table("data.missing_values=[Rome]"),
        table("data.missing=fill", holes),
        table("data.invalid=skip", "data.path=" + shared.resolve("ragged.csv")),
        table("data.max_categories=2"),
        table("data.validation_fraction=0.3"),
        table("data.test_fraction=0.3"),
        table("data.split_seed=1"),
        table("data.cache_dir=" + shared.resolve("table-cache")),
        table("model.hidden=[8]"),
        table("model.norm=layer"),
        table("model.dropout=0.5"),
        table("model.categories=one_hot"),
        table("model.embedding_width=3"),
        table("model.dtype=float64"));
  }

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start(shared);
    new IdxFiles(4, 1, 9, 8).write(shared.resolve("grey"), "", 80, 20);
    new IdxFiles(4, 1, 9, 8).write(shared.resolve("other"), ".gz", 60, 20);
    new IdxFiles(3, 2, 8, 8).write(shared.resolve("colour"), "", 60, 12);
    new IdxFiles(3, 3, 8, 9).write(shared.resolve("painted"), "", 60, 12);
    FolderImages.write(shared.resolve("painted"), "train", shared.resolve("folders"), 0);
    FolderImages.write(shared.resolve("painted"), "train", shared.resolve("damaged"), 0);
    Files.writeString(shared.resolve("damaged/class-1/broken.png"), "no image");
    Path rows = RuleTable.customers(shared.resolve("rows.csv"), 120);
    RuleTable.customers(shared.resolve("more.csv"), 150);
    RuleTable.plants(shared.resolve("plants.csv"), 120);
    Files.writeString(
        shared.resolve("holes.csv"),
        Files.readString(rows) + "40,,Rome,yes,buys\n,5,Rome,no,buys\n");
    Files.writeString(shared.resolve("ragged.csv"), Files.readString(rows) + "40,Rome\n");
    Recipe recipe = recipe("image-cnn.yaml", List.of("train.seed=9"));
    TinyRun.of(recipe, spark);
    pretrained =
        Path.of(recipe.output().dir(), "checkpoints/step-000004/model.safetensors").toString();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Recipe recipe(String file, List<String> overrides) {
    boolean images = file.startsWith("image");
    List<String> own =
        images
            ? List.of("data.path=" + shared.resolve("grey"), "model.width=8", "model.hidden=16")
            : List.of(
                "data.path=" + shared.resolve("rows.csv"),
                "data.label=outcome",
                "model.hidden=[16]");
    return Recipe.read(
        CONF.resolve(file),
        RecipeSettings.merged(
            SHORT,
            own,
            List.of(
                "data.cache_dir=" + shared.resolve("cache"),
                "output.dir=" + shared.resolve("run-" + System.nanoTime())),
            overrides));
  }

  private static String outcome(Recipe recipe) {
    return Flip.outcome(recipe, spark);
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
    for (String file : List.of("image-cnn.yaml", "tabular-mlp.yaml")) {
      assertEquals(outcome(recipe(file, List.of())), outcome(recipe(file, List.of())));
    }
  }

  @Test
  void noKeyIsLeftOut() {
    Set<String> image = Flip.keys(ImageRecipe.class, "data", "model");
    image.remove("model.kind"); // with other settings beside it, in a test of its own
    image.add("train.epochs"); // which texts do not have
    assertEquals(image, tested("image-cnn.yaml"));
    assertEquals(Flip.keys(TableRecipe.class, "data", "model"), tested("tabular-mlp.yaml"));
  }

  private static Set<String> tested(String file) {
    return Flip.keys(flips().filter(flip -> flip.recipe().equals(file)));
  }

  private static final List<String> RESNET =
      List.of(
          "model.kind=resnet18",
          "model.stages=0",
          "model.convolutions=0",
          "model.width=4",
          "model.norm=none",
          "model.grid=0",
          "model.hidden=0");

  /** Batch norms do not move their statistics where weights are frozen. */
  @Test
  void aFrozenResNetKeepsItsStatistics() {
    Recipe first = recipe("image-cnn.yaml", RESNET);
    TinyRun.of(first, spark);
    String weights = "checkpoints/step-000004/model.safetensors";
    List<String> settings = new ArrayList<>(RESNET);
    settings.add("model.init=" + Path.of(first.output().dir(), weights));
    Set<String> moved = new TreeSet<>();
    for (boolean freeze : new boolean[] {true, false}) {
      List<String> all = new ArrayList<>(settings);
      all.add("model.freeze=" + freeze);
      Recipe second = recipe("image-cnn.yaml", all);
      TinyRun.of(second, spark);
      moved.clear();
      try (var before = SafetensorsFile.open(Path.of(first.output().dir(), weights));
          var after = SafetensorsFile.open(Path.of(second.output().dir(), weights))) {
        for (var entry : before.entries()) {
          try (var one = before.read(entry.name());
              var other = after.read(entry.name())) {
            if (!Arrays.equals(one.toDoubleArray(), other.toDoubleArray())) {
              moved.add(entry.name());
            }
          }
        }
      }
      if (freeze) {
        assertEquals(Set.of("fc.bias", "fc.weight"), moved);
      }
    }
    assertTrue(moved.contains("bn1.running_mean"), moved.toString());
  }

  /** Where no worker has the whole model, the weights that did best come back all the same. */
  @ParameterizedTest
  @ValueSource(strings = {"image-cnn.yaml", "tabular-mlp.yaml"})
  void theBestWeightsOfAModelThatIsCutComeBack(String file) {
    List<String> settings =
        List.of(
            "parallel.shard=2",
            "train.evaluate_every=1",
            "train.evaluate_samples=0",
            "train.learning_rate=3",
            "train.checkpoint_every=2",
            "train.schedule=constant");
    TrainResult whole = null;
    int seed = 0;
    // The last weights would prove nothing.
    while (whole == null || whole.best().step() == whole.summary().steps()) {
      assertTrue(++seed < 20, "training always ends with the best weights");
      whole = cut(file, settings, seed, 2);
    }
    TrainResult cut = cut(file, settings, seed, 3);
    assertEquals(whole.best().step(), cut.best().step());
    assertEquals(whole.best().evaluation().loss(), cut.best().evaluation().loss(), 1e-4);
    assertEquals(whole.validation().loss(), cut.validation().loss(), 1e-4);
    assertEquals(whole.test().loss(), cut.test().loss(), 1e-4);
    assertEquals(whole.exhibition().confusion(), cut.exhibition().confusion());
    assertEquals(cut.best().evaluation().loss(), cut.validation().loss(), 1e-6);
  }

  private TrainResult cut(String file, List<String> settings, int seed, int stage) {
    List<String> all = new ArrayList<>(settings);
    all.addAll(List.of("train.seed=" + seed, "parallel.zero=" + stage));
    return TinyRun.of(recipe(file, all), spark).result();
  }

  @Test
  void aResNetTakesGreyAndColoursAndNothingElse() {
    List<String> settings = RESNET;
    TinyRun run = TinyRun.of(recipe("image-cnn.yaml", settings), spark);
    assertEquals(4, run.result().summary().steps());
    List<String> two = new ArrayList<>(settings);
    two.add("data.path=" + shared.resolve("colour"));
    assertEquals(
        "model.kind: expected cnn, because the images have 2 channels and a ResNet takes 1 or 3, got"
            + " resnet18",
        outcome(recipe("image-cnn.yaml", two)));
    ConfigException refused =
        assertThrows(
            ConfigException.class, () -> recipe("image-cnn.yaml", List.of("model.kind=resnet18")));
    assertTrue(
        refused.getMessage().contains("model.stages: expected 0, because a ResNet has its own"),
        refused.getMessage());
  }

  /** The body keeps its weights to the last bit, the head is new and moves. */
  @Test
  void aFrozenBodyStaysAsItWasLoaded() {
    Recipe recipe =
        recipe("image-cnn.yaml", List.of("model.init=" + pretrained, "model.freeze=true"));
    TinyRun.of(recipe, spark);
    Path weights = Path.of(recipe.output().dir(), "checkpoints/step-000004/model.safetensors");
    try (var before = SafetensorsFile.open(Path.of(pretrained));
        var after = SafetensorsFile.open(weights)) {
      for (var entry : before.entries()) {
        try (var one = before.read(entry.name());
            var other = after.read(entry.name())) {
          boolean equal = Arrays.equals(one.toDoubleArray(), other.toDoubleArray());
          assertEquals(entry.name().startsWith("features."), equal, entry.name());
        }
      }
    }
  }

  private static Workload.Prepared table(Path file, String... overrides) {
    List<String> all = new ArrayList<>(List.of("data.path=" + file));
    all.addAll(List.of(overrides));
    Recipe recipe = recipe("tabular-mlp.yaml", all);
    return WorkloadChoice.of(recipe).prepare(spark, new Configuration());
  }

  private static String refused(Path file, String... overrides) {
    return assertThrows(DataException.class, () -> table(file, overrides)).getMessage();
  }

  @Test
  void tablesThatCannotBeUsedAreRefused() throws IOException {
    Path file = shared.resolve("bad.csv");
    String good = "x,name,outcome\n" + "1,a,yes\n2,b,no\n".repeat(20);
    Files.writeString(file, good + "3,,yes\n");
    assertEquals(
        "column 'name': no value in row 41 of bad.csv; set data.missing=fill or data.missing=drop,"
            + " or mend it",
        refused(file));
    Files.writeString(file, good + "3,a\n");
    assertEquals(
        "bad.csv: row 41 has 2 values, the header names 3 columns; quote values that contain the"
            + " delimiter, or set data.delimiter, or data.invalid=skip, which leaves such rows out",
        root(() -> table(file)));
    Files.writeString(file, good + "3,a,maybe\n");
    assertEquals(
        "data.label: the class 'maybe' of column 'outcome' occurs once, in row 41 of bad.csv; a class"
            + " needs at least two rows (or set data.task=regression, if the label is a quantity)",
        refused(file));
    String wrong = "x,outcome\n" + "1,yes\n2,no\n".repeat(2) + "three,yes\n";
    assertEquals(
        "column 'x': expected numbers, got 'three' in row 5 of wrong.csv (4 of 5 values are"
            + " numbers); mend it, add it to data.missing_values, or add the column to"
            + " data.categorical",
        refused(Files.writeString(shared.resolve("wrong.csv"), wrong)));
    assertEquals(
        "column 'name': expected numbers, got 'a' in row 1 of bad.csv (data.numeric names the"
            + " column)",
        refused(file, "data.numeric=[name]"));
    assertEquals(
        "data.label: expected numbers in column 'outcome', because data.task is regression, got"
            + " 'yes' in row 1 of bad.csv",
        refused(file, "data.task=regression"));
    Files.writeString(file, "x,outcome\n1,a\n2,b\n1,a\n2,b\n");
    assertEquals(
        "data.path: 4 rows are too few for training, validation and test with"
            + " data.validation_fraction 0.1 and data.test_fraction 0.1; give more rows",
        refused(file, "data.validation_fraction=0.1", "data.test_fraction=0.1"));
  }

  private static Workload.Prepared images(Path directory, String... overrides) {
    List<String> all = new ArrayList<>(List.of("data.path=" + directory));
    all.addAll(List.of(overrides));
    return WorkloadChoice.of(recipe("image-cnn.yaml", all)).prepare(spark, new Configuration());
  }

  private static String refusedImages(Path directory, String... overrides) {
    return assertThrows(CressetException.class, () -> images(directory, overrides)).getMessage();
  }

  /** The same pixels give the same weights, from IDX files and from folders with a test part. */
  @Test
  void foldersOfImagesAreAsGoodAsIdxFiles() throws IOException {
    Path parts = shared.resolve("parts");
    FolderImages.write(shared.resolve("painted"), "train", parts.resolve("train"), 0);
    FolderImages.write(shared.resolve("painted"), "t10k", parts.resolve("test"), 0);
    Recipe folders = recipe("image-cnn.yaml", List.of("data.path=" + parts));
    Recipe idx = recipe("image-cnn.yaml", List.of("data.path=" + shared.resolve("painted")));
    String account = images(parts).account();
    assertTrue(
        account.startsWith("images      72 read, 72 used, 0 dropped; 8 x 9 with 3"), account);
    assertTrue(account.contains("classes     3: [class-0, class-1, class-2]"), account);
    assertTrue(account.endsWith("testing     12 images"), account);
    assertEquals(
        TinyRun.of(idx, spark).result().test().weight(),
        TinyRun.of(folders, spark).result().test().weight());
  }

  @Test
  void imagesThatCannotBeUsedAreRefusedOrCounted() throws IOException {
    Path damaged = shared.resolve("damaged");
    String refusal = refusedImages(damaged);
    assertTrue(
        refusal.endsWith(
            "damaged/class-1/broken.png: no image that can be read; expected PNG, JPEG, BMP or GIF"
                + " (or set data.invalid=skip, which leaves such files out)"),
        refusal);
    Workload.Prepared skipping = images(damaged, "data.invalid=skip");
    assertTrue(
        skipping.account().startsWith("images      61 read, 60 used, 1 dropped"),
        skipping.account());
    assertTrue(
        skipping.announcement().contains("skipped     1 (data.invalid=skip), such as"),
        skipping.announcement());
    assertTrue(skipping.announcement().contains("class-1/broken.png"), skipping.announcement());
    Path uneven = shared.resolve("uneven");
    FolderImages.write(shared.resolve("painted"), "train", uneven, 3);
    String sizes = refusedImages(uneven);
    assertTrue(
        sizes.startsWith("data.size: expected the height and width that images shall have"), sizes);
    assertTrue(
        images(uneven, "data.size=10").account().contains("10 x 10 with 3 channels"), "resized");
    assertTrue(
        images(uneven, "data.size=10", "data.colors=gray").account().contains("with 1 channel"));
    assertEquals(
        "data.classes: expected 3, because there are so many folders of images, or 0, got 4",
        refusedImages(uneven, "data.classes=4"));
  }

  private static String root(Runnable action) {
    Throwable failure = assertThrows(Exception.class, action::run);
    while (failure.getCause() != null && !(failure instanceof DataException)) {
      failure = failure.getCause();
    }
    return failure.getMessage();
  }

  @Test
  void missingValuesAreFilledOrDropped() {
    Path holes = shared.resolve("holes.csv");
    String filled = table(holes, "data.missing=fill").account();
    assertTrue(filled.startsWith("rows        122 read, 122 used, 0 dropped"), filled);
    String dropped = table(holes, "data.missing=drop").account();
    assertTrue(dropped.startsWith("rows        122 read, 120 used, 2 dropped"), dropped);
  }

  @Test
  void rowsThatCannotBeUsedAreSkippedAndCounted() throws IOException {
    Path ragged =
        Files.writeString(
            shared.resolve("torn.csv"),
            Files.readString(shared.resolve("rows.csv")) + "40,Rome\n40,5,Rome,yes,\n");
    Workload.Prepared prepared = table(ragged, "data.invalid=skip");
    assertTrue(
        prepared.account().startsWith("rows        122 read, 120 used, 0 dropped"),
        prepared.account());
    assertTrue(prepared.announcement().contains("skipped     2"), prepared.announcement());
    assertTrue(
        prepared.announcement().contains("torn.csv: row 121 has 2 values, the header names 5"),
        prepared.announcement());
    assertTrue(
        prepared.announcement().contains("torn.csv: row 122 has no label"),
        prepared.announcement());
  }

  @Test
  void aQuantityIsMeasuredInItsOwnUnit() throws IOException {
    Path prices = RuleTable.prices(shared.resolve("prices.csv"), 400);
    Recipe recipe =
        recipe(
            "tabular-mlp.yaml",
            List.of(
                "data.path=" + prices,
                "data.label=price",
                "data.task=regression",
                "train.steps=300",
                "train.global_batch=32",
                "train.learning_rate=1e-2",
                "model.hidden=[32]"));
    Evaluation test = TinyRun.of(recipe, spark).result().test();
    double rmse = Score.RMSE.of(test);
    assertTrue(rmse < 60, "from about 350 to " + rmse); // 100 times a product from 1 to 16
    assertFalse(Double.isNaN(test.loss()));
  }

  /** Plain, compressed, and with the channels in front: the same pixels give the same weights. */
  @Test
  void theWayImagesAreStoredDoesNotMatter() throws IOException {
    new IdxFiles(3, 2, 7, 6).write(shared.resolve("plain"), "", 40, 12);
    new IdxFiles(3, 2, 7, 6).write(shared.resolve("packed"), ".gz", 40, 12);
    Path first = Files.createDirectory(shared.resolve("first"));
    for (String part : List.of("train", "t10k")) {
      int count = part.equals("train") ? 40 : 12;
      byte[] last = Files.readAllBytes(shared.resolve("plain/" + part + "-images-idx4-ubyte"));
      byte[] bytes = new byte[count * 84];
      for (int i = 0; i < bytes.length; i++) {
        int within = i % 84;
        int from = i - within + within % 42 * 2 + within / 42;
        bytes[i] = last[20 + from];
      }
      IdxFiles.write(first.resolve(part + "-images-idx4-ubyte"), bytes, count, 2, 7, 6);
      String labels = part + "-labels-idx1-ubyte";
      Files.copy(shared.resolve("plain").resolve(labels), first.resolve(labels));
    }
    List<String> weights = new ArrayList<>();
    for (String directory : List.of("plain", "packed", "first")) {
      String path = "data.path=" + shared.resolve(directory);
      weights.add(TinyRun.of(recipe("image-cnn.yaml", List.of(path)), spark).weights());
    }
    assertEquals(weights.get(0), weights.get(1));
    assertEquals(weights.get(0), weights.get(2));
  }
}
