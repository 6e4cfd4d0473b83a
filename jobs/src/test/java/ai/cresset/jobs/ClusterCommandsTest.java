package ai.cresset.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.jobs.recipe.Recipe;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole commands on a cluster of processes, each with its own start of Spark. */
@Tag("long")
final class ClusterCommandsTest {
  @TempDir private Path directory = Path.of("");

  private static final List<String> SMALL =
      List.of(
          "data.label=outcome",
          "model.hidden=[8]",
          "train.steps=4",
          "train.global_batch=8",
          "train.warmup_steps=0",
          "train.evaluate_every=0",
          "spark.workers=2");

  private List<String> settings(String... more) throws IOException {
    Path rows = directory.resolve("rows.csv");
    if (!Files.exists(rows)) {
      Random random = new Random(1);
      List<String> lines = new ArrayList<>(List.of("age,city,outcome"));
      for (int i = 0; i < 120; i++) {
        int age = 20 + random.nextInt(50);
        lines.add(
            age + "," + (i % 3 == 0 ? "Rome" : "Oslo") + "," + (age > 40 ? "buys" : "leaves"));
      }
      Files.write(rows, lines);
    }
    List<String> all = new ArrayList<>(SMALL);
    all.add("data.path=" + rows);
    all.add("data.cache_dir=" + directory.resolve("cache"));
    all.addAll(List.of(more));
    return all;
  }

  private static void succeeded(RunScript.Result result) {
    assertEquals(0, result.code(), result.out() + result.err());
  }

  /** A grid over an optimizer of the user's jar and one of Cresset's, with a loss of that jar. */
  @Test
  void aSearchTrainsWithTheUsersClasses() throws Exception {
    Path jar = OwnJar.write(directory, "ThreefoldLoss", "SignOptimizer");
    String recipe = RunScript.HOME.resolve("conf/tabular-mlp.yaml").toString();
    String overrides =
        settings("train.loss=" + OwnJar.PACKAGE + ".ThreefoldLoss", "train.weight_decay=0").stream()
            .map(each -> "'" + each + "'")
            .collect(Collectors.joining(", "));
    Path search =
        Files.writeString(
            directory.resolve("search.yaml"),
            String.join(
                "\n",
                "recipe: " + recipe,
                "overrides: [" + overrides + "]",
                "method: grid",
                "trials: 0",
                "seed: 1",
                "space: ['train.optimizer=" + OwnJar.PACKAGE + ".SignOptimizer, adamw']",
                "dir: found",
                ""));
    RunScript script = new RunScript(directory).with("CRESSET_JARS", jar.toString());
    succeeded(script.run("search", search.toString()));
    List<String> grid = Files.readAllLines(directory.resolve("found/trials.csv"));
    assertEquals(3, grid.size(), grid.toString());
    assertTrue(
        grid.get(1).startsWith("1,\"train.optimizer=com.acme.SignOptimizer\","), grid.get(1));
    assertTrue(grid.get(1).endsWith(",\"\""), "no problem: " + grid.get(1));
    assertTrue(grid.get(2).endsWith(",\"\""), "no problem: " + grid.get(2));
    Recipe best = Recipe.read(directory.resolve("found/best.yaml"), List.of());
    assertEquals("com.acme.ThreefoldLoss", best.train().loss());
    succeeded(
        script.run(
            "search",
            search.toString(),
            "method=random",
            "trials=2",
            "space=['train.learning_rate=log 1e-4..1e-1', 'train.min_learning_rate=0']",
            "dir=drawn"));
    assertEquals(3, Files.readAllLines(directory.resolve("drawn/trials.csv")).size());
    assertTrue(Files.exists(directory.resolve("drawn/trial-002/report.html")));
    RunScript.Result without = new RunScript(directory).run("search", search.toString());
    assertEquals(2, without.code(), without.err());
    assertTrue(without.err().contains("CRESSET_JARS with deploy/local/run.sh"), without.err());
    assertEquals(List.of(), RunScript.runs());
  }

  @Test
  void aDryRunTrainsTwoStepsAndLeavesNothing() throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(
                "train", "--dry-run", RunScript.HOME.resolve("conf/tabular-mlp.yaml").toString()));
    words.addAll(settings("output.dir=run"));
    RunScript.Result result = new RunScript(directory).run(words.toArray(String[]::new));
    succeeded(result);
    assertTrue(result.out().contains("steps       2"), result.out());
    assertFalse(Files.exists(directory.resolve("run")));
    assertFalse(Files.exists(directory.resolve("run.dry-run")));
  }

  /** The archive of classes is made once, used, and made anew when a jar is another. */
  @Test
  void anArchiveOfClassesIsMadeOnceForEachClassPath() throws Exception {
    // An archive takes jars alone.
    List<String> jars = new ArrayList<>();
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(each);
      if (Files.isDirectory(path)) {
        jars.add(
            OwnJar.pack(path, directory.resolve("classes-" + jars.size() + ".jar")).toString());
      } else if (Files.exists(path)) {
        jars.add(each);
      }
    }
    Path scratch = directory.resolve("scratch");
    RunScript script =
        new RunScript(directory)
            .with("CRESSET_CLASS_PATH", String.join(":", jars))
            .with("CRESSET_SCRATCH", scratch.toString())
            .with("CRESSET_CLASS_ARCHIVE", "yes")
            .with("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + directory.resolve("loaded-%p"));
    String[] command = {"config", RunScript.HOME.resolve("conf/tabular-mlp.yaml").toString()};
    RunScript.Result first = script.run(command);
    succeeded(first);
    assertTrue(first.err().contains("making an archive of classes"), first.err());
    Path archive = scratch.resolve("classes.jsa");
    FileTime made = Files.getLastModifiedTime(archive);
    loaded();
    RunScript.Result second = script.run(command);
    succeeded(second);
    assertTrue(
        loaded().contains("ai.cresset.jobs.Main source: shared objects file (top)"),
        "the archive is not used");
    assertEquals(first.out(), second.out());
    assertFalse(second.err().contains("making"), second.err());
    assertEquals(made, Files.getLastModifiedTime(archive));
    Path jar = directory.resolve("classes-0.jar");
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));
    RunScript.Result third = script.run(command);
    succeeded(third);
    assertTrue(third.err().contains("making an archive of classes"), third.err());
    assertTrue(Files.getLastModifiedTime(archive).compareTo(made) > 0);
    Files.delete(archive);
    Files.createDirectories(archive.resolve("in-the-way"));
    RunScript.Result fourth = script.run(command);
    assertEquals(1, fourth.code(), fourth.err());
    assertTrue(
        fourth.err().contains("error: the archive of classes cannot be kept: " + archive + " or"),
        fourth.err());
  }

  /** What JVMs loaded since the last call, and from where. */
  private String loaded() throws IOException {
    StringBuilder text = new StringBuilder();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "loaded-*")) {
      for (Path each : files) {
        text.append(Files.readString(each));
        Files.delete(each);
      }
    }
    return text.toString();
  }
}
