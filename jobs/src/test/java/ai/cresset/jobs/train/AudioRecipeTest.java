package ai.cresset.jobs.train;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CressetException;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.audio.NoiseFiles;
import ai.cresset.jobs.audio.SoundCorpus;
import ai.cresset.jobs.generate.SpokenWords;
import ai.cresset.jobs.recipe.AudioRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.workload.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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

  @TempDir private static Path shared;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start(shared);
    new SpokenWords().write(shared.resolve("small"), 48, 1);
    new SpokenWords().write(shared.resolve("other"), 48, 2);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static AudioRecipe recipe(String... overrides) {
    return (AudioRecipe)
        Recipe.read(
            RECIPE,
            RecipeSettings.merged(
                List.of(
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
                List.of(overrides)));
  }

  private static String trained(List<String> overrides) {
    return Flip.outcome(recipe(overrides.toArray(String[]::new)), spark);
  }

  /** What is known of the sounds once they are read; or why they cannot be. */
  private static String read(List<String> overrides) {
    try (SoundCorpus corpus =
        SoundCorpus.open(spark, recipe(overrides.toArray(String[]::new)).data())) {
      return corpus.summary().toString();
    } catch (CressetException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Flip flip(String override, String... beside) {
    return Flip.of("audio-keywords.yaml", override, beside);
  }

  @Test
  void everyKeyHasAnEffect() throws IOException {
    Path broken = shared.resolve("broken");
    copy(shared.resolve("small"), broken);
    Files.writeString(broken.resolve("ai/00000.wav"), "no sound");
    Path noise = shared.resolve("noise");
    new SpokenWords().write(noise, 8, 3);
    List<Flip> read =
        List.of(
            flip("data.path=" + shared.resolve("other")),
            flip("data.sample_rate=5000"),
            flip("data.seconds=0.4"),
            flip("data.keep=start"),
            flip("data.features=mfcc", "data.coefficients=12"),
            flip("data.points=100"),
            flip("data.hop=100"),
            flip("data.bands=10"),
            flip("data.coefficients=8", "data.features=mfcc"),
            flip("data.validation_fraction=0.3"),
            flip("data.test_fraction=0.4"),
            flip("data.split_seed=1"),
            flip("data.invalid=skip", "data.path=" + broken));
    List<Flip> trained =
        List.of(
            flip("data.shift=0.1"),
            flip("data.noise=1"),
            flip("data.noise_path=" + noise.resolve("ai"), "data.noise=1"),
            flip("data.noise_decibels=0", "data.noise=1"),
            flip("data.band_mask=6"),
            flip("data.time_mask=6"),
            flip("model.kind=gru"),
            flip("model.layers=2"),
            flip("model.width=5"),
            flip("model.bidirectional=true", "model.kind=gru"),
            flip("model.dropout=0.5"),
            flip("model.dtype=float64"));
    Set<String> keys = Flip.keys(AudioRecipe.class, "data", "model");
    keys.remove("data.cache_dir"); // seen below
    assertEquals(keys, Flip.keys(Stream.of(read, trained).flatMap(List::stream)));
    read.forEach(new Flip.Effects((file, settings) -> read(settings))::assertSeen);
    trained.forEach(new Flip.Effects((file, settings) -> trained(settings))::assertSeen);
    assertEquals(trained(List.of()), trained(List.of()));
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
    List<String> settings =
        List.of("data.noise=1", "data.noise_path=" + noise, "train.loader_threads=3");
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
    new SpokenWords().write(shared.resolve("words"), 480, 5);
    String[] common = {
      "data.path=" + shared.resolve("words"),
      "data.seconds=0.8",
      "data.sample_rate=5000",
      "data.points=128",
      "data.hop=128",
      "data.bands=16",
      "data.shift=0.05",
      "train.global_batch=32",
      "train.learning_rate=1e-2",
      "train.steps=60",
      "spark.workers=2",
      "parallel.data=1",
      "parallel.shard=2",
      "parallel.zero=1"
    };
    for (String[] model :
        new String[][] {
          {"model.kind=cnn", "model.layers=3", "model.width=8"},
          {"model.kind=gru", "model.width=24", "model.bidirectional=true"}
        }) {
      List<String> all = new ArrayList<>(List.of(common));
      all.addAll(List.of(model));
      TinyRun run = TinyRun.of(recipe(all.toArray(String[]::new)), spark);
      assertTrue(run.result().test().score() > 0.9, model[0] + run.result().test());
      assertEquals(8, run.result().exhibition().classes().size());
    }
  }
}
