package ai.cresset.jobs.train;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CressetException;
import ai.cresset.jobs.audio.NoiseFiles;
import ai.cresset.jobs.audio.SoundCorpus;
import ai.cresset.jobs.generate.SpokenWords;
import ai.cresset.jobs.recipe.AudioRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.workload.Workload;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe for sounds: keys, wrong files, and what it learns. */
@NullUnmarked
final class AudioRecipeTest {
  private static final Path RECIPE =
      Path.of(System.getProperty("cresset.home"), "conf", "audio-keywords.yaml");

  /** What happens to sounds while the model trains. */
  private static final Set<String> VARIATIONS =
      Set.of(
          "data.shift",
          "data.noise",
          "data.noise_path",
          "data.noise_decibels",
          "data.band_mask",
          "data.time_mask");

  @TempDir private static Path shared;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("audio recipe test")
            .config("spark.ui.enabled", "false")
            .config("spark.default.parallelism", "1")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.sql.warehouse.dir", shared.resolve("warehouse").toString())
            .getOrCreate();
    new SpokenWords().write(shared.resolve("small"), 48, 1);
    new SpokenWords().write(shared.resolve("other"), 48, 2);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static AudioRecipe recipe(String... overrides) {
    Map<String, String> settings = new LinkedHashMap<>();
    Stream.concat(
            Stream.of(
                "train.steps=2",
                "train.global_batch=8",
                "train.warmup_steps=0",
                "train.evaluate_every=0",
                "model.layers=1",
                "model.width=4",
                "model.dropout=0",
                "data.sample_rate=4000",
                "data.seconds=0.5",
                "data.points=128",
                "data.bands=12",
                "data.shift=0",
                "data.noise=0",
                "data.band_mask=0",
                "data.time_mask=0",
                "output.samples=1",
                "data.path=" + shared.resolve("small"),
                "data.cache_dir=" + shared.resolve("cache"),
                "output.dir=" + shared.resolve("run-" + System.nanoTime())),
            Stream.of(overrides))
        .forEach(each -> settings.put(each.substring(0, each.indexOf('=')), each));
    return (AudioRecipe) Recipe.read(RECIPE, List.copyOf(settings.values()));
  }

  private static String trained(String... overrides) {
    try {
      TinyRun run = TinyRun.of(recipe(overrides), spark);
      return run.weights() + run.result().validation() + run.result().test();
    } catch (CressetException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** What is known of the sounds once they are read; or why they cannot be. */
  private static String read(String... overrides) {
    try (SoundCorpus corpus = SoundCorpus.open(spark, recipe(overrides).data())) {
      return corpus.summary().toString();
    } catch (CressetException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String[][] pair(String flip, String... beside) {
    List<String> changed = new ArrayList<>(List.of(beside));
    changed.add(flip);
    return new String[][] {beside, changed.toArray(String[]::new)};
  }

  @Test
  void everyKeyHasAnEffect() throws IOException {
    Path broken = shared.resolve("broken");
    copy(shared.resolve("small"), broken);
    Files.writeString(broken.resolve("ai/00000.wav"), "no sound");
    String[] gru = {"model.kind=gru"};
    Map<String, String[][]> flips = new LinkedHashMap<>();
    flips.put("data.path", pair("data.path=" + shared.resolve("other")));
    flips.put("data.sample_rate", pair("data.sample_rate=5000"));
    flips.put("data.seconds", pair("data.seconds=0.4"));
    flips.put("data.keep", pair("data.keep=start"));
    flips.put("data.features", pair("data.features=mfcc", "data.coefficients=12"));
    flips.put("data.points", pair("data.points=100"));
    flips.put("data.hop", pair("data.hop=100"));
    flips.put("data.bands", pair("data.bands=10"));
    flips.put("data.coefficients", pair("data.coefficients=8", "data.features=mfcc"));
    flips.put("data.validation_fraction", pair("data.validation_fraction=0.3"));
    flips.put("data.test_fraction", pair("data.test_fraction=0.4"));
    flips.put("data.split_seed", pair("data.split_seed=1"));
    flips.put("data.invalid", pair("data.invalid=skip", "data.path=" + broken));
    flips.put("data.shift", pair("data.shift=0.1"));
    flips.put("data.noise", pair("data.noise=1"));
    Path noise = shared.resolve("noise");
    new SpokenWords().write(noise, 8, 3);
    flips.put("data.noise_path", pair("data.noise_path=" + noise.resolve("ai"), "data.noise=1"));
    flips.put("data.noise_decibels", pair("data.noise_decibels=0", "data.noise=1"));
    flips.put("data.band_mask", pair("data.band_mask=6"));
    flips.put("data.time_mask", pair("data.time_mask=6"));
    flips.put("model.kind", pair("model.kind=gru"));
    flips.put("model.layers", pair("model.layers=2"));
    flips.put("model.width", pair("model.width=5"));
    flips.put("model.bidirectional", pair("model.bidirectional=true", gru));
    flips.put("model.dropout", pair("model.dropout=0.5"));
    flips.put("model.dtype", pair("model.dtype=float64"));
    Set<String> keys = new TreeSet<>();
    for (RecordComponent section : AudioRecipe.class.getRecordComponents()) {
      if (List.of("data", "model").contains(section.getName())) {
        for (RecordComponent key : section.getType().getRecordComponents()) {
          String name = key.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
          keys.add(section.getName() + "." + name);
        }
      }
    }
    keys.remove("data.cache_dir"); // seen below
    assertEquals(keys, new TreeSet<>(flips.keySet()));
    Map<String, String> unchanged = new HashMap<>();
    flips.forEach(
        (key, sides) -> {
          boolean trains = key.startsWith("model.") || VARIATIONS.contains(key);
          Function<String[], String> outcome =
              trains ? AudioRecipeTest::trained : AudioRecipeTest::read;
          String before =
              unchanged.computeIfAbsent(
                  trains + String.join(" ", sides[0]), each -> outcome.apply(sides[0]));
          assertNotEquals(before, outcome.apply(sides[1]), key);
        });
    assertEquals(trained(), trained());
    assertTrue(Files.exists(shared.resolve("cache")));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path target = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target);
        }
      }
    }
  }

  private static String refused(Path directory) {
    return String.valueOf(
        assertThrows(
                CressetException.class,
                () ->
                    WorkloadChoice.of(recipe("data.path=" + directory))
                        .prepare(spark, new Configuration()))
            .getMessage());
  }

  @Test
  void filesThatCannotBeUsedAreNamedOrSkipped() throws IOException {
    Path words = shared.resolve("wrong");
    copy(shared.resolve("small"), words);
    byte[] good = Files.readAllBytes(words.resolve("ai/00000.wav"));
    Path loose = Files.write(words.resolve("loose.wav"), good);
    assertEquals(
        "loose.wav: lies in no folder of a class; move it, or set data.invalid=skip, which leaves"
            + " such files out",
        refused(words));
    Files.delete(loose);
    Files.write(words.resolve("ai/00000.wav"), Arrays.copyOf(good, 100));
    String cut = refused(words);
    assertTrue(cut.contains("ai/00000.wav: damaged: it promises"), cut);
    assertTrue(cut.endsWith("(or set data.invalid=skip, which leaves such files out)"), cut);
    byte[] packed = good.clone();
    packed[20] = 6; // A-law
    Files.write(words.resolve("ai/00000.wav"), packed);
    String encoding = refused(words);
    assertTrue(encoding.contains("got kind 6 of 16 bits; convert it to plain WAV"), encoding);
    Files.write(words.resolve("loose.wav"), good);
    Workload.Prepared prepared =
        WorkloadChoice.of(recipe("data.path=" + words, "data.invalid=skip"))
            .prepare(spark, new Configuration());
    assertTrue(prepared.announcement().contains("skipped     2"), prepared.announcement());
    assertTrue(prepared.account().contains("47 used, 2 dropped"), prepared.account());
    Path single = Files.createDirectories(shared.resolve("single"));
    copy(shared.resolve("small/ai"), single.resolve("ai"));
    assertTrue(refused(single).contains("has WAV files of one class alone, [ai]"));
  }

  /** Recordings of any rate and of two channels become noise of the recipe's rate. */
  @Test
  void noiseComesFromFiles() throws IOException {
    Path noise = Files.createDirectories(shared.resolve("recorded"));
    short[] loud = {8192, 0, -8192, 0};
    writeSound(noise.resolve("b.wav"), 8000, 2, 800, loud);
    writeSound(noise.resolve("a.WAV"), 2000, 1, 300, loud);
    Files.writeString(noise.resolve("readme.txt"), "no sound");
    List<float[]> found = NoiseFiles.read(noise.toString(), 4000, new Configuration());
    assertEquals(600, found.get(0).length);
    assertEquals(400, found.get(1).length);
    String[] settings = {"data.noise=1", "data.noise_path=" + noise, "train.loader_threads=3"};
    assertEquals(trained(settings), trained(settings));
    Files.write(
        noise.resolve("c.wav"), Arrays.copyOf(Files.readAllBytes(noise.resolve("b.wav")), 60));
    assertTrue(refusedNoise(noise).contains("recorded/c.wav: damaged"), refusedNoise(noise));
    Path empty = Files.createDirectories(shared.resolve("no-noise"));
    assertEquals(
        "data.noise_path: '" + empty + "' has no WAV files; name a directory of them",
        refusedNoise(empty));
    assertTrue(refusedNoise(empty.resolve("x")).contains("data.noise_path: '" + empty), "absent");
    assertTrue(
        assertThrows(CressetException.class, () -> recipe("data.noise_path=x"))
            .getMessage()
            .contains("data.noise_path: expected '', because data.noise is 0, got 'x'"));
  }

  private static String refusedNoise(Path noise) {
    return assertThrows(
            CressetException.class,
            () ->
                WorkloadChoice.of(recipe("data.noise=1", "data.noise_path=" + noise))
                    .check(new Configuration()))
        .getMessage();
  }

  private static void writeSound(Path file, int rate, int channels, int frames, short[] wave)
      throws IOException {
    int bytes = 2 * channels * frames;
    ByteBuffer out = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(US_ASCII)).putInt(36 + bytes).put("WAVEfmt ".getBytes(US_ASCII));
    out.putInt(16).putShort((short) 1).putShort((short) channels).putInt(rate);
    out.putInt(2 * channels * rate).putShort((short) (2 * channels)).putShort((short) 16);
    out.put("data".getBytes(US_ASCII)).putInt(bytes);
    for (int i = 0; i < frames * channels; i++) {
      out.putShort(wave[i / channels % wave.length]);
    }
    Files.write(file, out.array());
  }

  @Test
  void wordsAreLearned() throws IOException {
    new SpokenWords().write(shared.resolve("words"), 640, 5);
    String[] common = {
      "data.path=" + shared.resolve("words"),
      "data.seconds=0.8",
      "data.sample_rate=8000",
      "data.points=256",
      "data.hop=200",
      "data.bands=20",
      "data.shift=0.05",
      "train.global_batch=32",
      "train.learning_rate=1e-2",
      "train.steps=100",
      "spark.workers=2",
      "parallel.data=1",
      "parallel.shard=2",
      "parallel.zero=1"
    };
    for (String[] model :
        new String[][] {
          {"model.kind=cnn", "model.layers=3", "model.width=8"},
          {"model.kind=gru", "model.width=32", "model.bidirectional=true"}
        }) {
      List<String> all = new ArrayList<>(List.of(common));
      all.addAll(List.of(model));
      TinyRun run = TinyRun.of(recipe(all.toArray(String[]::new)), spark);
      assertTrue(run.result().test().score() > 0.9, model[0] + run.result().test());
      assertEquals(8, run.result().exhibition().classes().size());
    }
  }
}
