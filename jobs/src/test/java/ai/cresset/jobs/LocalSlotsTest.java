package ai.cresset.jobs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.SparkSettings;
import org.junit.jupiter.api.Test;

final class LocalSlotsTest {
  private static SparkSettings workers(int workers, int cores) {
    return new SparkSettings(workers, cores, 1, 1, 1);
  }

  @Test
  void workersThatAllFitPass() {
    assertDoesNotThrow(() -> LocalSlots.check("local-cluster[2,4,1024]", workers(4, 2)));
  }

  @Test
  void otherMastersAreAskedLater() {
    assertDoesNotThrow(() -> LocalSlots.check("spark://host:7077", workers(99, 9)));
    assertDoesNotThrow(() -> LocalSlots.check("", workers(99, 9)));
  }

  @Test
  void aWorkerLargerThanAnExecutorNamesTheCores() {
    assertEquals(
        "spark.workers: expected at most 0, because there are 2 executors with 1 core each and a"
            + " worker takes 2 (CRESSET_EXECUTOR_CORES=2 gives them more), got 1",
        assertThrows(
                ConfigException.class,
                () -> LocalSlots.check("local-cluster[2, 1, 1024]", workers(1, 2)))
            .getMessage());
  }
}
