package ai.cresset.tests.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.tests.cluster.ExecutorLog;
import ai.cresset.tests.cluster.TestCluster;
import ai.cresset.tests.cluster.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;

/**
 * Three executors killed in one run, at random steps of its three thirds; one of them while it
 * writes a checkpoint, the others whatever they do.
 */
@NullUnmarked
final class KillingSpree {
  static final int KILLS = 3;

  /** The deadline of the contract: survivors know the cause, and the job says it. */
  private static final Duration REPORTED = Duration.ofSeconds(5);

  private final TestCluster cluster;
  private final FaultyRun run;
  private final Random random;
  private final String what;

  KillingSpree(TestCluster cluster, FaultyRun run, long seed) {
    this.cluster = cluster;
    this.run = run;
    this.random = new Random(seed);
    this.what = "seed " + seed;
  }

  /** Kills and looks at what is said; the run has ended well then. */
  void run() throws IOException, InterruptedException {
    int writer = random.nextInt(KILLS);
    int third = FaultyRun.STEPS / KILLS;
    for (int attempt = 0; attempt < KILLS; attempt++) {
      // The last steps of each third leave room for the next checkpoint, and for the next attempt.
      int step = attempt * third + 1 + random.nextInt(third - 2 * FaultyRun.CHECKPOINT_EVERY);
      int victim = attempt == writer ? 0 : random.nextInt(2);
      long doomed = run.process(victim, attempt);
      long survivor = run.process(1 - victim, attempt);
      String executor = TestCluster.executorId(doomed);
      run.awaitStep(step);
      Path writing = attempt == writer ? run.stopWhileItWritesACheckpoint(doomed) : null;
      long killed = Signals.kill(doomed);
      String kill =
          String.format(
              "%s, rank %d killed at step %d%s",
              what, victim, step, writing == null ? "" : " while it wrote " + writing);
      assertTrue(writing == null || Files.exists(writing), kill);
      checkSurvivor(killed, survivor, victim, kill);
      checkJob(killed, attempt, executor, kill);
    }
    String output = run.job().join();
    assertFalse(output.contains("attempt " + (KILLS + 1) + " of"), what + ": " + output);
  }

  private void checkSurvivor(long killed, long survivor, int victim, String kill)
      throws IOException, InterruptedException {
    ExecutorLog.Line failure =
        cluster
            .log()
            .await(
                killed,
                "the survivor's failure",
                REPORTED.plusSeconds(25),
                line -> line.process() == survivor && line.text().contains("failed: rank "));
    String told = kill + ": " + failure;
    assertTrue(failure.text().contains("rank " + victim + " failed first: process "), told);
    assertTrue(failure.text().contains("it has ended"), told);
    assertTrue(failure.millis() - killed <= REPORTED.toMillis(), told);
    System.out.printf("%s: survivor after %d ms%n", kill, failure.millis() - killed);
  }

  private void checkJob(long killed, int attempt, String executor, String kill)
      throws InterruptedException {
    TrainingRun.Line notice =
        run.job()
            .await(
                "the notice of the failure",
                line -> line.startsWith("attempt " + (attempt + 1) + " of " + (KILLS + 1)));
    String told = kill + ": " + notice;
    assertEquals(
        "failed: executor " + executor, notice.text().replaceAll(".*(failed: \\w+ \\w+).*", "$1"));
    assertTrue(notice.text().contains("was lost"), told);
    assertTrue(notice.millis() - killed <= REPORTED.toMillis(), told);
    System.out.printf("%s: job after %d ms%n", kill, notice.millis() - killed);
  }
}
