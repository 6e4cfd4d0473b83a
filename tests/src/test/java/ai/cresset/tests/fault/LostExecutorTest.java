package ai.cresset.tests.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.spark.launch.LaunchOptions;
import ai.cresset.spark.launch.SparkLauncher;
import ai.cresset.tests.cluster.ExecutorLog;
import ai.cresset.tests.cluster.TestCluster;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole training jobs whose executors are killed, or stopped and woken up. */
@NullUnmarked
@ExtendWith(TestCluster.Extension.class)
@Timeout(value = 900, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LostExecutorTest {
  @TempDir private static Path shared;
  private static Path text;
  private static FaultyRun undisturbed;

  @BeforeAll
  static void runUndisturbed(TestCluster cluster) throws Exception {
    text = FaultyRun.text(shared);
    undisturbed = FaultyRun.start(cluster, shared.resolve("undisturbed"), text, 1);
    undisturbed.job().join();
  }

  @Test
  void killedExecutorsCostNoBit(TestCluster cluster) throws Exception {
    long seed = System.nanoTime();
    FaultyRun run =
        FaultyRun.start(cluster, shared.resolve("killed"), text, KillingSpree.KILLS + 1);
    new KillingSpree(cluster, run, seed).run();
    run.assertSameBitsAs(undisturbed, "seed " + seed);
  }

  /** It is stopped while it writes, and wakes up when the others are done. */
  @Test
  void aStoppedExecutorThatWakesUpCommitsNothing(TestCluster cluster) throws Exception {
    FaultyRun run = FaultyRun.start(cluster, shared.resolve("stopped"), text, 2);
    long sleeper = run.process(0, 0);
    run.awaitStep(12);
    Path writing = run.stopWhileItWritesACheckpoint(sleeper);
    try {
      String output = run.job().join();
      assertTrue(output.contains("attempt 1 of 2 failed: rank 1 on "), output);
      assertTrue(output.contains("gave no sign of life for 5 s: it is stopped or its"), output);
      run.assertSameBitsAs(undisturbed, "after a stop");
      assertTrue(Files.notExists(writing), "the next attempt fenced it off");
      Map<Path, byte[]> before = run.files();

      long woken = System.currentTimeMillis();
      Signals.resume(sleeper);
      ExecutorLog.Line end =
          cluster
              .log()
              .await(
                  woken,
                  "the end of the woken worker",
                  Duration.ofSeconds(30),
                  line ->
                      line.process() == sleeper && line.text().contains("attempt 0 failed: rank"));
      assertTrue(end.text().contains("only it may commit, this worker must end"), end.text());
      assertUnchanged(before, run.files());
    } finally {
      Signals.resume(sleeper);
    }
  }

  /** Spark's kill and interrupt come too, so this worker heeds neither. */
  @Test
  void aWorkerOfAnOlderAttemptCanNeitherRejoinNorCommit(TestCluster cluster) throws Exception {
    Path place = Files.createDirectories(shared.resolve("stale"));
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    LaunchOptions options = LaunchOptions.of(2).withAttempts(2).withBackOff(Duration.ofMillis(100));
    String outcome =
        new SparkLauncher(cluster.session().sparkContext(), options)
            .launch(new StaleWorker(place.toString(), port))
            .get(0);
    String rejoined = outcome.lines().findFirst().orElseThrow();
    assertTrue(rejoined.startsWith("rank 1 cannot connect to rank 0: "), outcome);
    assertTrue(
        rejoined.contains(
            "the connecting worker belongs to attempt 0 and the listening one to attempt 1 of the"
                + " job; a worker of an older attempt must end"),
        outcome);
    String committed = outcome.lines().skip(1).findFirst().orElseThrow();
    assertTrue(committed.contains("only it may commit, this worker must end"), outcome);
    assertEquals(
        List.of("step-000002"),
        CheckpointDirectory.open(new LocalCheckpointStore(place.resolve("checkpoints"))).names());
  }

  private static void assertUnchanged(Map<Path, byte[]> before, Map<Path, byte[]> after)
      throws IOException {
    assertEquals(before.keySet(), after.keySet());
    before.forEach((file, bytes) -> assertArrayEquals(bytes, after.get(file), file.toString()));
  }
}
