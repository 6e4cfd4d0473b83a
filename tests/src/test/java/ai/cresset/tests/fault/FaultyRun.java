package ai.cresset.tests.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.nn.StateDict;
import ai.cresset.tests.cluster.DirectoryWatch;
import ai.cresset.tests.cluster.TestCluster;
import ai.cresset.tests.cluster.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;

/**
 * A run on two workers with windows at random offsets and dropout, and what can be done to it. Each
 * step evaluates and says so: the driver knows at which step the workers are.
 */
@NullUnmarked
final class FaultyRun {
  static final int STEPS = 48;
  static final int CHECKPOINT_EVERY = 4;

  private static final Duration SOON = Duration.ofSeconds(60);

  private final TestCluster cluster;
  private final Path checkpoints;
  private final TrainingRun job;

  private FaultyRun(TestCluster cluster, Path directory, Path text, int attempts, List<String> more)
      throws IOException {
    this.cluster = cluster;
    this.checkpoints = Files.createDirectories(directory.resolve("checkpoints"));
    this.job =
        TrainingRun.start(
            cluster,
            Stream.concat(settings(directory, text, attempts).stream(), more.stream()).toList());
  }

  static FaultyRun start(TestCluster cluster, Path directory, Path text, int attempts)
      throws IOException {
    return start(cluster, directory, text, attempts, List.of());
  }

  /** The same with other settings of the recipe. */
  static FaultyRun start(
      TestCluster cluster, Path directory, Path text, int attempts, List<String> more)
      throws IOException {
    return new FaultyRun(cluster, directory, text, attempts, more);
  }

  private static List<String> settings(Path directory, Path text, int attempts) {
    return List.of(
        "data.path=" + text,
        "data.cache_dir=" + text.resolveSibling("cache"),
        "output.dir=" + directory,
        "model.layers=2",
        "model.heads=2",
        "model.width=128",
        "model.context=16",
        "model.dropout=0.1",
        "train.steps=" + STEPS,
        "train.global_batch=5",
        "train.warmup_steps=10",
        "train.evaluate_every=1",
        "train.evaluate_samples=2",
        "train.checkpoint_every=" + CHECKPOINT_EVERY,
        "train.keep_checkpoints=3",
        "spark.workers=2",
        "spark.max_attempts=" + attempts,
        "sample.tokens=0");
  }

  /** A text that all runs of a test share. */
  static Path text(Path directory) throws IOException {
    String[] words = {"the ", "cat ", "sat ", "on ", "a ", "mat.\n"};
    StringBuilder story = new StringBuilder();
    Random random = new Random(1);
    while (story.length() < 6000) {
      story.append(words[random.nextInt(words.length)]);
    }
    return Files.writeString(directory.resolve("story.txt"), story);
  }

  TrainingRun job() {
    return job;
  }

  /** Waits until the workers have done this step. */
  void awaitStep(int step) throws InterruptedException {
    job.await("step " + step, line -> line.startsWith("step " + step + ": loss "));
  }

  /** The process of a rank. */
  long process(int rank, int attempt) throws IOException, InterruptedException {
    return cluster.log().process(job.startedMillis(), rank, attempt);
  }

  /**
   * Waits until the process writes a checkpoint, and stops it before it has committed. If it was
   * faster, it goes on and the next checkpoint is tried.
   *
   * @return what it was writing
   */
  Path stopWhileItWritesACheckpoint(long process) throws IOException, InterruptedException {
    while (true) {
      Path writing =
          DirectoryWatch.await(checkpoints, "a checkpoint that is written", SOON, this::writing);
      Signals.stop(process);
      if (Files.exists(writing)) {
        return writing;
      }
      Signals.resume(process);
    }
  }

  private Path writing() throws IOException {
    return names().stream()
        .filter(name -> name.startsWith(".writing-"))
        .findFirst()
        .map(checkpoints::resolve)
        .orElse(null);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(checkpoints)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** Every file below the checkpoints, and its content. */
  Map<Path, byte[]> files() throws IOException {
    Map<Path, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(checkpoints)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(checkpoints.relativize(file), Files.readAllBytes(file));
      }
    }
    return files;
  }

  /** Weights, optimizer and random numbers of the last step are those of another run. */
  void assertSameBitsAs(FaultyRun other, String what) throws IOException {
    String last = "step-" + String.format("%06d", STEPS);
    Map<Path, byte[]> mine = files();
    Map<Path, byte[]> theirs = other.files();
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertArrayEquals(
          theirs.get(Path.of(last, file)), mine.get(Path.of(last, file)), what + ": " + file);
    }
    TrainingState state = state(last);
    TrainingState expected = other.state(last);
    assertEquals(expected.randomStates(), state.randomStates(), what);
    assertEquals(expected.metrics(), state.metrics(), what);
    assertEquals(expected.epochStep(), state.epochStep(), what);
    assertEquals(null, writing(), what);
  }

  /** The same for workers that divide the model, each of which stores its own part. */
  void assertSameWeightsAs(FaultyRun other, String what) {
    String last = "step-" + String.format("%06d", STEPS);
    try (StateDict mine = stored(last).readModel();
        StateDict theirs = other.stored(last).readModel()) {
      assertEquals(theirs.tensors().keySet(), mine.tensors().keySet(), what);
      theirs
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertArrayEquals(
                      tensor.toDoubleArray(),
                      mine.tensors().get(name).toDoubleArray(),
                      what + ": " + name));
    }
    TrainingState state = state(last);
    TrainingState expected = other.state(last);
    assertEquals(expected.randomStates(), state.randomStates(), what);
    assertEquals(expected.metrics(), state.metrics(), what);
  }

  private TrainingState state(String name) {
    return stored(name).state();
  }

  private TrainingCheckpoint stored(String name) {
    return CheckpointDirectory.open(new LocalCheckpointStore(checkpoints)).open(name);
  }
}
