package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CressetException;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that is full while a model trains: a small one in memory, which root may mount. */
final class FullDiskTest {
  @TempDir private Path directory = Path.of("");

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  private Recipe recipe(Path output) {
    return Recipe.read(
        Path.of(System.getProperty("cresset.home"), "conf", "tabular-mlp.yaml"),
        List.of(
            "data.path=" + directory.resolve("rows.csv"),
            "data.cache_dir=" + directory.resolve("cache"),
            "data.label=outcome",
            "model.hidden=[256,256]",
            "train.steps=10",
            "train.global_batch=8",
            "train.warmup_steps=0",
            "train.evaluate_every=0",
            "train.checkpoint_every=2",
            "train.keep_checkpoints=9",
            "output.dir=" + output));
  }

  /** The run ends and says which file; what was stored before is whole, and the run goes on. */
  @Test
  void checkpointsThatWereStoredStay() throws IOException, InterruptedException {
    Path disk = Files.createDirectories(directory.resolve("disk"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString()),
        "nothing can be mounted here");
    try (SparkSession spark = LocalSpark.start(directory)) {
      RuleTable.customers(directory.resolve("rows.csv"), 120);
      TinyRun whole = TinyRun.of(recipe(directory.resolve("whole")), spark);
      Recipe small = recipe(disk.resolve("run"));
      String failure =
          String.valueOf(
              assertThrows(CressetException.class, () -> TinyRun.of(small, spark)).getMessage());
      assertTrue(failure.contains("No space left on device"), failure);
      assertTrue(failure.contains(disk.resolve("run/checkpoints").toString()), failure);
      assertTrue(run("mount", "-o", "remount,size=64m", disk.toString()));
      TinyRun resumed = TinyRun.of(small, spark);
      assertTrue(resumed.result().summary().resumedFrom() >= 2, "a checkpoint was lost");
      assertEquals(whole.weights(), resumed.weights());
    } finally {
      run("umount", "-l", disk.toString());
    }
  }
}
