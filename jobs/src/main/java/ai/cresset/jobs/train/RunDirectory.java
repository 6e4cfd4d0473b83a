package ai.cresset.jobs.train;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.jobs.text.TokenizerFile;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.jobs.workload.StoredText;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.jobs.workload.generative.GenerativeModelFile;
import ai.cresset.jobs.workload.gpt.GptFile;
import ai.cresset.jobs.workload.gpt.GptWorkload;
import ai.cresset.spark.checkpoint.HadoopCheckpointStore;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * What a run leaves: {@code checkpoints/}, and beside them what is needed to use the model ({@code
 * model.json}, and what turns data into its inputs, such as {@code tokenizer.json}) and to repeat
 * the run ({@code recipe.yaml}, {@code report.txt}, {@code report.html}, {@code logs/}).
 */
final class RunDirectory {
  private static final String TOKENIZER = GptWorkload.TOKENIZER;
  static final String RECIPE = "recipe.yaml";
  private static final String REPORT = "report.txt";
  private static final String PAGE = "report.html";

  private final StoredText texts;
  private final Configuration configuration;

  RunDirectory(String directory, Configuration configuration) {
    this.texts = StoredText.in(directory, configuration);
    this.configuration = configuration;
  }

  String location() {
    return texts.location();
  }

  /** Where checkpoints are, with scheme. */
  String checkpointLocation() {
    return texts.child("checkpoints").location();
  }

  /** Where the weights that did best are, with scheme. */
  String bestLocation() {
    return texts.child("best").location();
  }

  /** The weights that did best on validation data. */
  CheckpointStore best() {
    return HadoopCheckpointStore.open(bestLocation(), configuration);
  }

  /** Where parameter servers store their rows, with scheme. */
  String serverLocation() {
    return texts.child("servers").location();
  }

  CheckpointDirectory checkpoints() {
    return CheckpointDirectory.open(
        HadoopCheckpointStore.open(checkpointLocation(), configuration));
  }

  /**
   * Finds out whether a run may begin here, before any work is done; changes nothing.
   *
   * @throws ConfigException if {@code train.resume} does not fit what is there
   * @throws CheckpointException if there are checkpoints and none is whole, or of another model
   */
  void check(Recipe recipe) {
    TrainSettings train = recipe.train();
    List<String> names = checkpoints().names();
    switch (train.resume()) {
      case NEVER -> {
        if (!names.isEmpty()) {
          throw ConfigException.value(
              "train.resume",
              "never",
              "auto or require, because "
                  + location()
                  + " holds checkpoints up to "
                  + names.get(names.size() - 1)
                  + " (or name another output.dir)");
        }
      }
      case REQUIRE -> {
        if (names.isEmpty()) {
          throw ConfigException.value(
              "train.resume",
              "require",
              "auto or never, because " + location() + " holds no checkpoint");
        }
      }
      case AUTO -> {}
    }
    Optional<TrainingCheckpoint> latest = checkpoints().latest();
    boolean counted = train.steps() > 0; // how many steps epochs have is not known yet
    if (counted && latest.isPresent() && latest.get().state().step() > train.steps()) {
      throw ConfigException.value(
          "train.steps",
          train.steps(),
          "at least "
              + latest.get().state().step()
              + ", the step of "
              + latest.get().location()
              + " (or another output.dir)");
    }
    if (!names.isEmpty()) {
      texts
          .read(ModelFile.NAME)
          .map(stored -> StoredModel.read(location() + "/" + ModelFile.NAME, stored))
          .ifPresent(
              stored -> refuse(ModelFile.differences(recipe.recipe(), recipe.model(), stored)));
    }
  }

  /**
   * Makes this the place of a run.
   *
   * @throws CheckpointException if it has checkpoints of another model or tokenizer; nothing was
   *     changed
   */
  void begin(ModelFile model, Workload.Companion companion, String recipe) {
    if (!checkpoints().names().isEmpty()) {
      texts
          .read(ModelFile.NAME)
          .map(stored -> StoredModel.read(location() + "/" + ModelFile.NAME, stored))
          .ifPresent(stored -> refuse(model.differences(stored)));
      Optional<String> stored = texts.read(companion.name());
      if (stored.isPresent() && !stored.get().equals(companion.text())) {
        throw CheckpointException.because(
            location()
                + " has checkpoints of a model "
                + companion.mismatch()
                + ", or another output.dir");
      }
    }
    texts.write(companion.name(), companion.text());
    texts.write(ModelFile.NAME, model.write());
    texts.write(RECIPE, recipe);
  }

  private void refuse(List<String> differences) {
    if (!differences.isEmpty()) {
      throw CheckpointException.because(
          location()
              + " has checkpoints of another model\n  "
              + String.join("\n  ", differences)
              + "\n  nothing was changed; use the same settings, or another output.dir");
    }
  }

  void report(String text, String page) {
    texts.write(REPORT, text);
    texts.write(PAGE, page);
  }

  /** Where logs are. */
  StoredText logs() {
    return texts.child("logs");
  }

  /** The step that a run goes on from; 0 if it begins. */
  long step() {
    return checkpoints().latest().map(checkpoint -> checkpoint.state().step()).orElse(0L);
  }

  /**
   * The language model that was trained here.
   *
   * @throws CheckpointException if it is none
   */
  GptFile languageModel() {
    ModelFile file = model();
    if (file instanceof GptFile gpt) {
      return gpt;
    }
    throw CheckpointException.because(
        location()
            + " holds a model of the kind "
            + file.recipe().text()
            + ", which writes no text; name the output directory of a gpt recipe");
  }

  /**
   * The network that makes images which was trained here.
   *
   * @throws CheckpointException if it is none
   */
  GenerativeModelFile imageModel() {
    ModelFile file = model();
    if (file instanceof GenerativeModelFile generative) {
      return generative;
    }
    throw CheckpointException.because(
        location()
            + " holds a model of the kind "
            + file.recipe().text()
            + ", which makes no images; name the output directory of a generative recipe");
  }

  /** The model that was trained here. */
  ModelFile model() {
    return StoredModel.read(location() + "/" + ModelFile.NAME, required(ModelFile.NAME));
  }

  /** The tokenizer of the model. */
  Tokenizer tokenizer() {
    return TokenizerFile.read(location() + "/" + TOKENIZER, required(TOKENIZER));
  }

  /** A text that every run leaves. */
  String required(String name) {
    return texts
        .read(name)
        .orElseThrow(
            () ->
                CheckpointException.because(
                    location()
                        + " is not the output directory of a training run: it has no "
                        + name));
  }
}
