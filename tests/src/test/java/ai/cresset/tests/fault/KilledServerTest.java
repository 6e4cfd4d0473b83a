package ai.cresset.tests.fault;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.tests.cluster.TestCluster;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parameter servers and their workers, killed in the middle of a Spark job: {@code tests/long.sh
 * kills}.
 */
@NullUnmarked
@Tag("long")
@ExtendWith(TestCluster.Extension.class)
@Timeout(value = 900, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KilledServerTest {
  private static final String[] OWN = {"servers.placement=own", "servers.count=1"};
  private static final Pattern LOSS =
      Pattern.compile(
          "server 0 was lost and went on from its snapshot of step (\\d+); of worker (\\d) it lost"
              + " (\\d+) pushes of steps (\\d+) to (\\d+), gradients of rows by table: \\{page=\\d+,"
              + " tags=\\d+, user=\\d+\\}");

  @TempDir private static Path shared;
  private static FaultyClicks undisturbed;

  private static synchronized FaultyClicks undisturbed(TestCluster cluster) throws Exception {
    if (undisturbed == null) {
      FaultyClicks.log(cluster, shared);
      undisturbed = FaultyClicks.start(cluster, shared.resolve("undisturbed"));
      undisturbed.job().join();
    }
    return undisturbed;
  }

  /** Workers cannot go on without the steps that it has lost, so all go back to a checkpoint. */
  @Test
  void aKilledServerIsFoundAgainAndCostsNoBit(TestCluster cluster) throws Exception {
    FaultyClicks whole = undisturbed(cluster);
    FaultyClicks run = FaultyClicks.start(cluster, shared.resolve("server"), OWN);
    long server = run.server(0);
    run.awaitStep(13);
    Signals.kill(server);
    String output = run.job().join();
    Matcher loss = LOSS.matcher(output);
    assertTrue(loss.find(), output);
    assertTrue(loss.group(1).equals("8"), output);
    assertTrue(loss.group(4).equals("8"), output);
    assertTrue(Integer.parseInt(loss.group(5)) < 16, output);
    assertTrue(output.contains("\nattempt 1 of 3 failed: "), output);
    assertFalse(output.contains("attempt 2 of 3"), output);
    run.assertSameBitsAs(whole, output);
  }

  /** The server beside it goes with it. */
  @Test
  void aKilledWorkerWithItsServerCostsNoBit(TestCluster cluster) throws Exception {
    FaultyClicks whole = undisturbed(cluster);
    FaultyClicks run = FaultyClicks.start(cluster, shared.resolve("beside"));
    long worker = run.secondWorker();
    run.awaitStep(20);
    Signals.kill(worker);
    String output = run.job().join();
    assertTrue(output.contains("\nattempt 1 of 3 failed: executor "), output);
    run.assertSameBitsAs(whole, output);
  }

  /** Servers of their own wait for its successor. */
  @Test
  void aKilledWorkerCostsNoBitAndTheServersStay(TestCluster cluster) throws Exception {
    FaultyClicks whole = undisturbed(cluster);
    FaultyClicks run = FaultyClicks.start(cluster, shared.resolve("worker"), OWN);
    long server = run.server(0);
    long worker = run.secondWorker();
    run.awaitStep(20);
    Signals.kill(worker);
    String output = run.job().join();
    assertTrue(output.contains("\nattempt 1 of 3 failed: executor "), output);
    assertFalse(run.serverCameBack(0, server), output);
    run.assertSameBitsAs(whole, output);
  }

  /** Workers that need not be in step go on without what is lost, which is told to the row. */
  @Test
  void asynchronousWorkersGoOnWithoutWhatAKilledServerLost(TestCluster cluster) throws Exception {
    undisturbed(cluster);
    FaultyClicks run =
        FaultyClicks.start(
            cluster,
            shared.resolve("asynchronous"),
            "servers.placement=own",
            "servers.count=1",
            "servers.consistency=asynchronous",
            "servers.snapshot_every=3");
    long server = run.server(0);
    run.awaitStep(13);
    Signals.kill(server);
    String output = run.job().join();
    assertFalse(output.contains("\nattempt 1 of 3"), output);
    Matcher loss = LOSS.matcher(output);
    assertTrue(loss.find(), output);
    long from = Long.parseLong(loss.group(1));
    // An interval, a step that is under way, and what is done while a snapshot is written.
    assertTrue(Long.parseLong(loss.group(5)) - from <= 3 + 2, output);
    assertTrue(run.serverCameBack(0, server), output);
  }
}
