package ai.cresset.tests.fault;

import ai.cresset.tests.cluster.TestCluster;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many kills, far more than fit into the build: {@code tests/long.sh kills [N]}, which sets {@code
 * cresset.kills}; {@code cresset.seed} repeats what was printed.
 */
@NullUnmarked
@Tag("long")
@ExtendWith(TestCluster.Extension.class)
final class KillMatrixTest {
  private static final int KILLS = Integer.getInteger("cresset.kills", 30);

  @Test
  @Timeout(value = 24, unit = TimeUnit.HOURS)
  void noKillCostsABit(TestCluster cluster, @TempDir Path directory) throws Exception {
    long seed = Long.getLong("cresset.seed", System.nanoTime());
    Path text = FaultyRun.text(directory);
    FaultyRun undisturbed = FaultyRun.start(cluster, directory.resolve("undisturbed"), text, 1);
    undisturbed.job().join();
    for (int kills = 0; kills < KILLS; kills += KillingSpree.KILLS) {
      FaultyRun run =
          FaultyRun.start(
              cluster, directory.resolve("after-" + kills), text, KillingSpree.KILLS + 1);
      new KillingSpree(cluster, run, seed).run();
      run.assertSameBitsAs(undisturbed, "seed " + seed);
      seed++;
    }
  }
}
