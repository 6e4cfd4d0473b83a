package ai.cresset.jobs.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.jobs.RunScript;
import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.jobs.text.TokenizerFile;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.jobs.workload.gpt.GptFile;
import ai.cresset.jobs.workload.gpt.GptWorkload;
import ai.cresset.model.Gpt;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.type.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What cannot work is refused before Spark starts: one message that says what to change, an exit
 * code, and not a byte changed.
 */
@ExtendWith(NativeMemoryCheck.class)
final class BadInputTest {
  private static final String SMALL = RunScript.HOME.resolve("conf/gpt-char-small.yaml").toString();

  @TempDir private Path directory = Path.of("");
  private RefusedCommands commands = new RefusedCommands(directory);

  @BeforeEach
  void writeText() throws IOException {
    commands = new RefusedCommands(directory);
    Files.writeString(directory.resolve("story.txt"), "the cat sat on a mat\n".repeat(50));
  }

  private void refuses(int code, String message, String... arguments) {
    commands.add(code, message, List.of(arguments));
  }

  private void refusesToTrain(int code, String message, String... overrides) {
    List<String> arguments = new ArrayList<>(List.of("train", SMALL));
    if (Stream.of(overrides).noneMatch(each -> each.startsWith("data.path="))) {
      arguments.add("data.path=story.txt");
    }
    arguments.addAll(List.of(overrides));
    commands.add(code, message, arguments);
  }

  @Test
  void commandLinesAndRecipes() throws IOException, InterruptedException {
    Files.write(directory.resolve("latin.yaml"), new byte[] {'a', ':', (byte) 0xe9});
    Files.writeString(directory.resolve("broken.yaml"), "data: [\n");
    refuses(
        2,
        """
        error: Unmatched arguments from index 0: 'trian', 'x.yaml'
        Did you mean: cresset plan or cresset train?
               ('help' says more)""",
        "trian",
        "x.yaml");
    refuses(
        2,
        """
        error: Missing required parameter: 'RECIPE'
        usage: cresset train [-hV] [--dry-run] [--stacktrace] RECIPE [key=value...]
               ('help train' says more)""",
        "train");
    refuses(
        2, "error: the recipe no.yaml does not exist (looked for DIR/no.yaml)", "train", "no.yaml");
    refuses(
        2,
        "error: the recipe . is a directory; name a YAML file, such as one of conf/",
        "train",
        ".");
    refuses(
        2,
        "error: the recipe latin.yaml is not UTF-8 text; convert it to UTF-8",
        "train",
        "latin.yaml");
    refusesToTrain(
        2,
        "error: override 'trian.steps=5': unknown setting 'trian.steps'; did you mean"
            + " 'train.steps'?",
        "trian.steps=5");
    refusesToTrain(
        2,
        "error: override 'train.steps=five': train.steps: expected a whole number, got 'five'",
        "train.steps=five");
    refusesToTrain(
        2,
        "error: override 'model.dropout=1.5': model.dropout: expected a number from 0 to below 1,"
            + " got 1.5",
        "model.dropout=1.5");
    commands.check();
  }

  @Test
  void textSlotsAndDirectories() throws IOException, InterruptedException {
    Files.createFile(directory.resolve("empty.txt"));
    refusesToTrain(
        1,
        "error: data.path: 'no.txt' does not exist (looked for file:DIR/no.txt)",
        "data.path=no.txt");
    refusesToTrain(
        1,
        "error: data.path: 'empty.txt' holds no text: the file is empty; name a file with text",
        "data.path=empty.txt");
    refusesToTrain(
        2,
        "error: spark.workers: expected at most 2, because there are 2 executors with 1 core each"
            + " and a worker takes 1 (CRESSET_EXECUTORS=5 starts more), got 5",
        "spark.workers=5");
    refusesToTrain(
        2,
        "error: output.dir: expected a directory that can be made and written to, got"
            + " 'file:DIR/story.txt/run': DIR/story.txt is a file",
        "output.dir=story.txt/run");
    refusesToTrain(
        2,
        "error: data.cache_dir: expected a directory that can be made and written to, got"
            + " 'file:DIR/story.txt': DIR/story.txt is a file",
        "data.cache_dir=story.txt");
    refusesToTrain(
        2,
        "error: train.resume: expected auto or never, because file:DIR/runs/gpt-char-small holds"
            + " no checkpoint, got require",
        "train.resume=require");
    commands.check();
  }

  private Path checkpoint(String run) {
    String[] overrides = {"model.layers=1", "model.heads=2", "model.width=16", "model.context=8"};
    GptRecipe recipe = RecipeReader.read(GptRecipe.class, Path.of(SMALL), List.of(overrides));
    Path place = directory.resolve(run);
    Tokenizer tokenizer =
        TokenizerFile.read("tokens", "{\"kind\":\"char\",\"characters\":[\"a\",\"b\",\"c\"]}");
    GptFile model = new GptFile(tokenizer.vocabularySize(), recipe.model());
    new RunDirectory(place.toString(), new Configuration())
        .begin(
            model,
            new Workload.Companion(
                GptWorkload.TOKENIZER, TokenizerFile.write(tokenizer), "of another text"),
            recipe.toYaml());
    try (Gpt gpt = model.build(Device.CPU);
        Optimizer optimizer =
            new Sgd(ParameterGroup.single(gpt.namedParameters()), Sgd.Config.of(0.1))) {
      CheckpointDirectory.claim(
              new LocalCheckpointStore(place.resolve("checkpoints")), "a submission", 0)
          .save(
              gpt,
              optimizer,
              new TrainingState.Progress(
                  9, 0, 9, 1, List.of(), "", "", Map.of(), Map.of(), Map.of()));
    }
    return place.resolve("checkpoints/step-000009");
  }

  private void refusesToGoOn(String run, int code, String message, String... overrides) {
    List<String> all = new ArrayList<>(List.of("output.dir=" + run));
    for (String key : List.of("layers=1", "heads=2", "width=16", "context=8")) {
      String name = "model." + key.substring(0, key.indexOf('=') + 1);
      if (Stream.of(overrides).noneMatch(each -> each.startsWith(name))) {
        all.add("model." + key);
      }
    }
    all.addAll(List.of(overrides));
    refusesToTrain(code, message, all.toArray(String[]::new));
  }

  private static String damaged(String run, String problem) {
    String checkpoints = "DIR/" + run + "/checkpoints";
    return "error: "
        + checkpoints
        + ": none of its 1 checkpoints is whole; move them away to start anew\n  "
        + checkpoints
        + "/step-000009"
        + problem
        + "; the file is damaged, use another copy of it";
  }

  @Test
  void checkpoints() throws IOException, InterruptedException {
    checkpoint("run");
    refusesToGoOn(
        "run",
        2,
        "error: train.resume: expected auto or require, because file:DIR/run holds checkpoints up"
            + " to step-000009 (or name another output.dir), got never",
        "train.resume=never");
    refusesToGoOn(
        "run",
        2,
        "error: train.steps: expected at least 9, the step of DIR/run/checkpoints/step-000009 (or"
            + " another output.dir), got 5",
        "train.steps=5");
    refusesToGoOn(
        "run",
        1,
        """
        error: file:DIR/run has checkpoints of another model
          model.width: 32 in the recipe, 16 in the checkpoints
          nothing was changed; use the same settings, or another output.dir""",
        "model.width=32");
    Path truncated = checkpoint("truncated").resolve("model.safetensors");
    byte[] model = Files.readAllBytes(truncated);
    Files.write(truncated, java.util.Arrays.copyOf(model, 100));
    refusesToGoOn(
        "truncated",
        1,
        damaged("truncated", ": model.safetensors: it has 100 bytes, expected " + model.length));
    Path flipped = checkpoint("flipped").resolve("optimizer.safetensors");
    byte[] optimizer = Files.readAllBytes(flipped);
    optimizer[optimizer.length - 1] ^= 1;
    Files.write(flipped, optimizer);
    refusesToGoOn(
        "flipped",
        1,
        damaged("flipped", ": optimizer.safetensors: its content does not have its digest"));
    Path header = checkpoint("header").resolve("state.json");
    Files.write(header, "{\"step\": ".getBytes(UTF_8));
    refusesToGoOn(
        "header", 1, damaged("header", "/state.json: first line: it holds no digest of the rest"));
    commands.check();
  }

  @Test
  void generate() throws IOException, InterruptedException {
    checkpoint("run");
    refuses(
        1,
        "error: file:DIR/nowhere is not the output directory of a training run: it has no"
            + " model.json",
        "generate",
        "nowhere",
        "--prompt",
        "a");
    refuses(
        1,
        "error: --prompt: the character '#' (U+0023 NUMBER SIGN) at position 0 is not among the 3 characters"
            + " of the text that the model was trained on; use another prompt",
        "generate",
        "run",
        "--prompt",
        "#");
    refuses(
        1,
        "error: DIR/run/checkpoints/step-000077: there is no such checkpoint; there are"
            + " [step-000009]",
        "generate",
        "run",
        "--prompt",
        "a",
        "--step",
        "77");
    commands.check();
  }
}
