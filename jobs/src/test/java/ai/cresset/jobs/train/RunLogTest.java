package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.OutputSettings;
import ai.cresset.jobs.recipe.OutputSettings.Log;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.parallel.launch.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class RunLogTest {
  private static final OutputSettings ALL =
      new OutputSettings("x", List.of(Log.TENSORBOARD, Log.CSV, Log.JSON), false, 0);

  @TempDir Path directory;
  private final List<String> notices = new ArrayList<>();

  private RunLog log(OutputSettings settings, Path where, long step) {
    return new RunLog(settings, where, step, Wording.IMAGES, notices::add);
  }

  private static Progress loss(long step, double loss) {
    return new Progress(0, step, 10, Map.of(Reports.LOSS, loss), "");
  }

  @Test
  void aNewAttemptRepeatsItsStepsOnce() throws IOException {
    try (RunLog log = log(ALL, directory, 0)) {
      log.accept(loss(2, 5));
      log.accept(loss(4, 4));
      log.accept(new Progress(1, 4, 10, Map.of(Reports.LOSS, 99.0), "")); // another worker
      log.accept(loss(3, 3)); // goes on from a checkpoint after step 2
      log.accept(
          new Progress(0, 4, 10, Map.of(Reports.VALIDATION_LOSS, 2.0, Reports.SCORE, 0.5), ""));
      assertArrayEquals(new double[] {2, 3}, log.series("training/loss", "").x());
    }
    assertEquals(
        List.of(
            "step,name,value",
            "2,training/loss,5.0",
            "3,training/loss,3.0",
            "4,validation/loss,2.0",
            "4,validation/accuracy,0.5"),
        Files.readAllLines(directory.resolve("metrics.csv")));
    try (RunLog log = log(ALL, directory, 3)) { // another run of the job
      log.accept(loss(4, 1));
      assertArrayEquals(new double[] {5, 3, 1}, log.series("training/loss", "").y());
    }
    assertEquals(3, Files.readAllLines(directory.resolve("metrics.jsonl")).size());
    assertEquals(List.of(), notices);
  }

  @Test
  void anUnwritableFolderIsAnError() throws IOException {
    Path file = Files.writeString(directory.resolve("logs"), "");
    String refused = assertThrows(DataException.class, () -> log(ALL, file, 0)).getMessage();
    assertTrue(refused.startsWith("cannot write logs in " + file), refused);
  }

  /** It is said before anything begins. */
  @Test
  void anUnwritableFolderOfARunIsRefused() throws IOException {
    Path logs = Files.createDirectories(directory.resolve("run")).resolve("logs");
    Files.writeString(logs, "");
    Recipe recipe =
        Recipe.read(
            Path.of(System.getProperty("cresset.home"), "conf", "tabular-mlp.yaml"),
            List.of(
                "data.path=" + RuleTable.customers(directory.resolve("rows.csv"), 20),
                "data.label=outcome",
                "data.cache_dir=" + directory.resolve("cache"),
                "output.dir=" + logs.getParent()));
    String refused =
        assertThrows(ConfigException.class, () -> TrainJob.check(recipe, new Configuration()))
            .getMessage();
    assertEquals(
        "output.logs: expected a directory that can be made and written to, got 'file:"
            + logs
            + "': "
            + logs
            + " is a file",
        refused);
  }

  @Test
  void aFullDiskEndsTheLogsAndNotTheRun() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "this system has no /dev/full");
    Files.createSymbolicLink(directory.resolve("metrics.jsonl"), full);
    OutputSettings json = new OutputSettings("x", List.of(Log.JSON), false, 0);
    try (RunLog log = log(json, directory, 0)) {
      log.accept(loss(1, 5));
      log.accept(loss(2, 4));
      assertEquals(2, log.series("training/loss", "").x().length);
    }
    assertEquals(1, notices.size(), notices.toString());
    assertTrue(notices.get(0).contains("metrics.jsonl"), notices.get(0));
    assertTrue(notices.get(0).contains("No space left on device"), notices.get(0));
    assertTrue(notices.get(0).endsWith("; the run goes on without logs"), notices.get(0));
  }

  @Test
  void withoutLogsFiguresAreStillKept() {
    OutputSettings none = new OutputSettings("x", List.of(), false, 0);
    try (RunLog log = log(none, directory.resolve("logs"), 0)) {
      log.accept(loss(1, 5));
      assertEquals(1, log.series("training/loss", "").x().length);
    }
    assertTrue(Files.notExists(directory.resolve("logs")));
  }
}
