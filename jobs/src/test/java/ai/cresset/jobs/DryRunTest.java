package ai.cresset.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.jobs.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What two steps of a recipe are. */
final class DryRunTest {
  @TempDir private Path directory = Path.of("");

  private static RecipeArguments arguments(String... words) {
    return CommandLine.populateCommand(new RecipeArguments(), words);
  }

  /** Each recipe that trains has one, also where its length is said in epochs. */
  @Test
  void everyRecipeHasOne() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(RunScript.HOME.resolve("conf"))) {
      files =
          all.filter(each -> each.toString().endsWith(".yaml"))
              .filter(each -> !each.endsWith("click-logs.yaml"))
              .toList();
    }
    assertTrue(files.size() > 10, files.toString());
    for (Path file : files) {
      Recipe recipe = DryRun.of(arguments(file.toString(), output()));
      assertEquals(2, recipe.train().steps(), file.toString());
      assertEquals(directory.resolve("run.dry-run").toString(), recipe.output().dir());
    }
    String file = RunScript.HOME.resolve("conf/image-cnn.yaml").toString();
    Recipe epochs = DryRun.of(arguments(file, output(), "train.epochs=3", "train.steps=0"));
    assertEquals(0, epochs.train().epochs());
    assertEquals(2, epochs.train().steps());
  }

  private String output() {
    return "output.dir=" + directory.resolve("run");
  }

  /** It removes nothing but what it made. */
  @Test
  void onlyItsOwnDirectoryIsRemoved() throws IOException {
    String file = RunScript.HOME.resolve("conf/image-cnn.yaml").toString();
    Path run = Files.createDirectories(directory.resolve("run"));
    Path made = Files.createDirectories(directory.resolve("run.dry-run/checkpoints"));
    RecipeArguments given = arguments(file, output());
    DryRun.remove(DryRun.of(given), new Configuration());
    assertFalse(Files.exists(made.getParent()));
    assertTrue(Files.exists(run));
    assertThrows(
        IllegalStateException.class, () -> DryRun.remove(given.read(), new Configuration()));
  }
}
