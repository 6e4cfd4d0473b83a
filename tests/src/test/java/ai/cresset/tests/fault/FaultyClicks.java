package ai.cresset.tests.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.tests.cluster.ExecutorLog;
import ai.cresset.tests.cluster.TestCluster;
import ai.cresset.tests.cluster.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/**
 * A model of clicks on two workers, its tables on parameter servers, and what can be done to their
 * processes. Each step evaluates and says so.
 */
@NullUnmarked
final class FaultyClicks {
  static final int STEPS = 40;
  static final int CHECKPOINT_EVERY = 8;

  private static final int ROWS = 4000;

  private static final String LAST = String.format("step-%06d", STEPS);

  private final TestCluster cluster;
  private final Path directory;
  private final TrainingRun job;

  private FaultyClicks(TestCluster cluster, Path directory, TrainingRun job) {
    this.cluster = cluster;
    this.directory = directory;
    this.job = job;
  }

  /** Makes the log that all runs of a test share. */
  static void log(TestCluster cluster, Path directory) {
    cluster
        .session()
        .range(ROWS)
        .selectExpr(
            "if(pmod(hash(id, 1), 3) = 0, 1, 0) as click",
            "pmod(hash(id, 2), 100) / 100D as price",
            "concat('u', pmod(hash(id, 3), 900)) as user",
            "cast(pmod(hash(id, 4), 200) * 250000 as bigint) as page",
            "array(concat('t', pmod(hash(id, 5), 20)), concat('t', pmod(hash(id, 6), 20))) as tags")
        .write()
        .parquet(directory.resolve("log").toString());
  }

  /** Starts a run whose files are in a directory beside the log. */
  static FaultyClicks start(TestCluster cluster, Path directory, String... overrides) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.path=" + directory.resolveSibling("log"),
                "data.cache_dir=" + directory.resolveSibling("cache"),
                "output.dir=" + directory,
                "data.features=['user: hashed 1000', 'page: ids 50000000', 'tags: vocabulary 2']",
                "model.hidden=[8]",
                "train.steps=" + STEPS,
                "train.global_batch=60",
                "train.warmup_steps=4",
                "train.evaluate_every=1",
                "train.evaluate_samples=4",
                "train.checkpoint_every=" + CHECKPOINT_EVERY,
                "train.keep_checkpoints=2",
                "servers.memory_mb=64",
                "servers.learning_rate=0.1",
                // A killed executor that the cluster starts again may take its time.
                "servers.request_timeout_seconds=200",
                "parallel.operation_timeout_seconds=200",
                "spark.start_timeout_seconds=300",
                "spark.max_attempts=3"));
    settings.addAll(List.of(overrides));
    return new FaultyClicks(
        cluster, directory, TrainingRun.start(cluster, "recommender", settings));
  }

  TrainingRun job() {
    return job;
  }

  /** Waits until the workers have done this step. */
  void awaitStep(int step) throws InterruptedException {
    job.await("step " + step, line -> line.startsWith("step " + step + ": loss "));
  }

  /** The process of the second worker. */
  long secondWorker() throws IOException, InterruptedException {
    awaitStep(1);
    return cluster.log().process(job.startedMillis(), 1, 0);
  }

  /** The process of a server on its own. */
  long server(int number) throws IOException, InterruptedException {
    awaitStep(1);
    return cluster
        .log()
        .await(
            job.startedMillis(),
            "the begin of server " + number,
            Duration.ofSeconds(60),
            line -> line.text().contains(" server " + number + " is at "))
        .process();
  }

  /** Whether a server on its own was started again. */
  boolean serverCameBack(int number, long process) throws IOException {
    return cluster.log().lines().stream()
        .filter(line -> line.millis() >= job.startedMillis() && line.process() != process)
        .map(ExecutorLog.Line::text)
        .anyMatch(text -> text.contains(" server " + number + " is at "));
  }

  private byte[] file(String name) throws IOException {
    return Files.readAllBytes(directory.resolve("checkpoints").resolve(LAST).resolve(name));
  }

  /** Dense weights and optimizer, and what the model says about the test rows, to the last bit. */
  void assertSameBitsAs(FaultyClicks other, String what) throws IOException {
    for (String name : List.of("model.safetensors", "optimizer.safetensors")) {
      assertArrayEquals(other.file(name), file(name), what + ": " + name);
    }
    assertEquals(other.figures(), figures(), what);
  }

  private List<String> figures() throws IOException {
    return Files.readAllLines(directory.resolve("report.txt")).stream()
        .filter(line -> line.startsWith("validation ") || line.startsWith("test "))
        .toList();
  }
}
