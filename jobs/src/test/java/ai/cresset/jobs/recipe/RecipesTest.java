package ai.cresset.jobs.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.recipe.TextDataSettings.Split;
import ai.cresset.jobs.recipe.TextDataSettings.TokenizerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RecipesTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");
  private static final Path SMALL = CONF.resolve("gpt-char-small.yaml");

  @Test
  void everyRecipeIsCompleteAndPrintsItself() throws IOException {
    List<Path> recipes;
    try (Stream<Path> files = Files.list(CONF)) {
      recipes = files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
    assertFalse(recipes.isEmpty());
    for (Path file : recipes) {
      if (Files.readString(file).contains("\netl: ")) {
        continue; // describes data, see ClickLogsTest
      }
      Recipe recipe = Recipe.read(file, List.of());
      Class<? extends Record> type = recipe.recipe().type().asSubclass(Record.class);
      assertEquals(recipe, RecipeReader.parse(type, "printed " + file, recipe.toYaml(), List.of()));
    }
  }

  @Test
  void onlyDatesHaveDaysAndWeeks() {
    String refused = refusal(CONF.resolve("forecast.yaml"), "data.step=5");
    assertTrue(
        refused.endsWith(
            ": data.calendar: expected [], because data.step is 5: times are no dates, got"
                + " [day, week]"),
        refused);
  }

  @Test
  void theFileSaysWhatItIs(@TempDir Path directory) throws IOException {
    Path nothing = Files.writeString(directory.resolve("nothing.yaml"), "data: {}\n");
    Path unknown = Files.writeString(directory.resolve("unknown.yaml"), "recipe: sound\n");
    assertEquals(
        nothing
            + ": missing setting recipe, which says what it is: one of gpt, image, generative,"
            + " sequence, table, recommender, series, audio",
        refusal(nothing));
    assertEquals(
        unknown
            + " line 1: recipe: expected one of gpt, image, generative, sequence, table,"
            + " recommender, series, audio, got 'sound'",
        refusal(unknown));
    assertEquals(
        "override 'recipe=image': recipe: expected gpt, whose settings the file holds (or name"
            + " another file), got image",
        refusal(SMALL, "recipe=image"));
  }

  private static String refusal(Path file, String... overrides) {
    return String.valueOf(
        assertThrows(ConfigException.class, () -> Recipe.read(file, List.of(overrides)))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image-cnn.yaml | data.layout=rows | one of auto, channels_last, channels_first, got 'rows'",
        "image-cnn.yaml | data.classes=-1 | a whole number from 0, got -1",
        "image-cnn.yaml | data.validation_fraction=1 | a number above 0 and below 1, got 1.0",
        "image-cnn.yaml | model.stages=0 | a whole number from 1, got 0",
        "image-cnn.yaml | model.freeze=true | false, because there are no weights to keep without"
            + " model.init, got true",
        "image-cnn.yaml | train.momentum=0.9 | 0, because adamw has no such setting, got 0.9",
        "image-cnn.yaml | train.nesterov=true | false, because adamw has no such setting, got true",
        "image-cnn.yaml | train.decay_factor=1 | a number above 0 and below 1, got 1.0",
        "image-cnn.yaml | train.power=0 | a number above 0, got 0.0",
        "forecast.yaml | data.step=1w | a number of s, m, h or d, such as 15m, or a plain number, got"
            + " '1w'",
        "forecast.yaml | data.season=49 | at most data.context, which is 48, got 49",
        "forecast.yaml | data.known=[value] | columns that are named once in data, got 'value'",
        "forecast.yaml | model.kernel=3 | 1, because only tcn has convolutions, got 3",
        "forecast.yaml | model.quantiles=[0.5, 0.1, 0.9] | rising numbers above 0 and below 1, got [0.5,"
            + " 0.1, 0.9]",
        "audio-keywords.yaml | data.shift=1 | 0 or more, below data.seconds, which is 1.0, got 1.0",
        "audio-keywords.yaml | data.coefficients=3 | 0, because data.features is log_mel, got 3",
        "audio-keywords.yaml | model.bidirectional=true | false, because a cnn sees all at once, got"
            + " true",
        "tabular-mlp.yaml | data.delimiter=;; | one character, got ';;'",
        "tabular-mlp.yaml | data.task=ranking | one of classification, regression, got 'ranking'",
        "tabular-mlp.yaml | data.numeric=[a, label] | columns that are named once, and not the"
            + " label, got 'label'",
        "tabular-mlp.yaml | data.test_fraction=0.9 | less than what data.validation_fraction leaves,"
            + " which is 0.85, got 0.9",
        "tabular-mlp.yaml | model.hidden=[8, 0] | a whole number from 1, got 0",
        "tabular-mlp.yaml | train.global_batch=1 | at least one row for each of the 2 workers"
            + " (spark.workers), got 1",
      })
  void rangesOfTheOthersAreChecked(String file, String override, String expected) {
    String key = override.substring(0, override.indexOf('='));
    assertEquals(
        "override '" + override + "': " + key + ": expected " + expected,
        refusal(CONF.resolve(file), override));
  }

  @Test
  void gptCharSmallIsThePublishedConfiguration() {
    GptRecipe recipe = RecipeReader.read(GptRecipe.class, SMALL, List.of());
    assertEquals(
        new GptModelSettings(4, 4, 128, 64, 0, false, true, FloatType.FLOAT32), recipe.model());
    assertEquals(Split.POSITION, recipe.data().split());
    assertEquals(0.1, recipe.data().validationFraction());
    assertEquals(TokenizerKind.CHAR, recipe.data().tokenizer());
    TrainSettings train = recipe.train();
    assertEquals(2000, train.steps());
    assertEquals(12, train.globalBatch());
    assertEquals(1e-3, train.learningRate());
    assertEquals(100, train.warmupSteps());
    assertEquals(1e-4, train.minLearningRate());
    assertEquals(TrainSettings.Schedule.COSINE, train.schedule());
    assertEquals(List.of(0.9, 0.99), train.betas());
    assertEquals(0.1, train.weightDecay());
    assertEquals(1.0, train.clipNorm());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parallel.data=3 | parallel.data = 3 x parallel.shard = 1 makes 3 ranks, but spark.workers"
            + " is 2; set spark.workers to 3, or parallel.data to 2",
        "parallel.shard=3 | parallel.data is auto, but spark.workers = 2 is no multiple of 3, the"
            + " product of the other axes; set spark.workers to 3, or parallel.shard to a divisor"
            + " of 2",
        "parallel.zero=2 | parallel.zero = 2 cuts along parallel.shard, which is 1: nothing would"
            + " be cut; set parallel.shard to 2 and parallel.data to 1, or parallel.zero to 0",
        "parallel.shard=2 | parallel.shard = 2 cuts what parallel.zero names, which is 0: nothing;"
            + " set parallel.zero to 1, 2 or 3, or parallel.data to 2 and parallel.shard to 1",
        "spark.workers=3,parallel.tensor=3 | parallel.tensor: expected a divisor of model.heads, which is 4, got 3",
        "parallel.pipeline=2,parallel.schedule=1f1b,parallel.chunks=2 | parallel.schedule = 1f1b has"
            + " one chunk on each rank, got parallel.chunks = 2; set parallel.chunks to 1",
        "parallel.chunks=2 | parallel.schedule and parallel.chunks are about pipelines, and"
            + " parallel.pipeline is 1; set it to 2 or more",
        "parallel.attention=ulysses | parallel.attention: expected ring where parallel.sequence is 1",
        "spark.workers=8,parallel.pipeline=8 | parallel.pipeline x parallel.chunks makes 8 stages,"
            + " but the model can be cut into 6 pieces",
        "spark.workers=4,parallel.pipeline=2,train.global_batch=1 | train.global_batch: expected at"
            + " least one window for each of 2 shares (parallel.data x parallel.shard)",
        "parallel.sequence_parallel=true | parallel.sequence_parallel: expected false where"
            + " parallel.tensor is 1",
        "parallel.tensor=2,parallel.sequence_parallel=true,model.context=63 | model.context:"
            + " expected a multiple of 2, because parallel.sequence_parallel divides positions",
        "parallel.sequence=2,model.context=62 | model.context: expected a multiple of 4, for"
            + " parallel.sequence = 2",
        "spark.workers=8,parallel.sequence=8,parallel.attention=ulysses | parallel.sequence:"
            + " expected with ulysses a divisor of the 4 heads of a worker",
        "parallel.pipeline=2,parallel.zero=2,parallel.shard=2,spark.workers=4 | parallel.zero:"
            + " expected 0 or 1 with parallel.pipeline = 2",
      })
  void workersThatTheAxesDoNotMakeAreRefused(String override, String expected) {
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () -> RecipeReader.read(GptRecipe.class, SMALL, List.of(override.strip().split(","))));
    String text = String.valueOf(refused.getMessage());
    assertTrue(text.contains(expected.strip()), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.path= | text that is not empty, got ''",
        "data.include=[] | at least one pattern, such as ['*'], got []",
        "data.validation_fraction=1 | a number above 0 and below 1, got 1.0",
        "data.validation_fraction=0 | a number above 0 and below 1, got 0.0",
        "data.max_entries=0 | a whole number from 1, got 0",
        "data.max_entry_bytes=0 | a whole number from 1, got 0",
        "model.layers=0 | a whole number from 1, got 0",
        "model.width=130 | a multiple of model.heads, which is 4, got 130",
        "model.dropout=1 | a number from 0 to below 1, got 1.0",
        "model.dtype=float16 | one of float32, float64, got 'float16'",
        "train.steps=0 | a whole number from 1, or train.epochs, got 0",
        "train.global_batch=1 | at least one window for each of the 2 workers (spark.workers),"
            + " got 1",
        "train.warmup_steps=-1 | a whole number from 0, got -1",
        "train.min_learning_rate=1 | at most train.learning_rate, which is 0.001, got 1.0",
        "train.betas=[0.9] | two numbers, such as [0.9, 0.99], got [0.9]",
        "train.betas=[0.9, 1] | a number from 0 to below 1, got 1.0",
        "train.epsilon=0 | a number above 0, got 0.0",
        "train.weight_decay=-1 | 0 or a number above, got -1.0",
        "train.clip_norm=-1 | 0 or a number above, got -1.0",
        "train.log_every=0 | a whole number from 1, got 0",
        "train.resume=maybe | one of auto, never, require, got 'maybe'",
        "spark.workers=0 | a whole number from 1, got 0",
        "parallel.data=0 | auto or a whole number from 1, got 0",
        "parallel.shard=0 | a whole number from 1, got 0",
        "parallel.zero=4 | 0, 1, 2 or 3, got 4",
        "parallel.recompute=some | one of none, full, every_<k> such as every_2, selective, got"
            + " some",
        "parallel.bucket_bytes=1MiB | a whole number without a unit, got '1MiB'",
        "parallel.encrypt=yes | one of auto, on, off, got 'yes'",
        "sample.prompt= | at least one character, such as \"\\n\", got ''",
        "sample.temperature=-1 | 0 or a number above, got -1.0",
        "output.dir= | text that is not empty, got ''",
      })
  void rangesAreChecked(String override, String expected) {
    String stripped = override.strip();
    String key = stripped.substring(0, stripped.indexOf('='));
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () -> RecipeReader.read(GptRecipe.class, SMALL, List.of(stripped)));
    assertEquals(
        "override '" + stripped + "': " + key + ": expected " + expected.strip(),
        refused.getMessage());
  }
}
