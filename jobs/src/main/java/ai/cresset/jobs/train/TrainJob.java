package ai.cresset.jobs.train;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.RecipePrinter;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.SparkSettings;
import ai.cresset.jobs.recipe.TrainSettings.DeviceChoice;
import ai.cresset.jobs.text.TextCorpus;
import ai.cresset.spark.launch.LaunchOptions;
import ai.cresset.spark.launch.SparkLauncher;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Trains a GPT as a recipe says. What can be refused is refused before work begins: settings,
 * directories, checkpoints and files before Spark starts, then slots, the text, and the model.
 */
public final class TrainJob {
  private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";

  private final SparkSession spark;
  private final GptRecipe recipe;
  private final PrintWriter out;
  private final int columns;

  /**
   * A job.
   *
   * @param columns of the terminal that {@code out} goes to; 0 if it is none
   */
  public TrainJob(SparkSession spark, GptRecipe recipe, PrintWriter out, int columns) {
    this.spark = spark;
    this.recipe = recipe;
    this.out = out;
    this.columns = columns;
  }

  /**
   * Refuses what needs no Spark to be refused. Call it before an application starts; {@link #run}
   * takes it as done. Changes nothing.
   *
   * @throws ai.cresset.error.CressetException that says what to change
   */
  public static void check(GptRecipe recipe, Configuration configuration) {
    TextCorpus.check(configuration, recipe.data());
    StoredText.in(recipe.output().dir(), configuration).checkWritable("output.dir");
    StoredText.in(recipe.data().cacheDir(), configuration).checkWritable("data.cache_dir");
    new RunDirectory(recipe.output().dir(), configuration).check(recipe);
  }

  /** Runs it to the end and prints the report. */
  public void run() {
    Configuration configuration = spark.sessionState().newHadoopConf();
    RunDirectory directory = new RunDirectory(recipe.output().dir(), configuration);
    boolean gpus = executorsHaveGpus();
    SparkLauncher launcher = new SparkLauncher(spark.sparkContext(), options(recipe, gpus));
    try (ProgressView view = new ProgressView(out, recipe.train().steps(), columns)) {
      launcher.onNotice(view::say).onProgress(view::accept);
      launcher.awaitSlots();
      TokenData data = TokenData.prepare(spark, recipe.data(), configuration);
      view.say(
          String.format(
              Locale.ROOT,
              "%,d tokens for training, %,d for validation, %,d different ones%s",
              data.summary().trainTokens(),
              data.summary().validationTokens(),
              data.tokenizer().vocabularySize(),
              data.reused() ? " (read by an earlier run)" : ""));
      TrainResult result = train(launcher, data, directory);
      view.close();
      String report = new TrainingReport(data.summary(), result, directory.location()).describe();
      directory.report(report);
      out.print("\n" + report);
      out.flush();
    }
  }

  /** Whether Spark knows of GPUs. Without any, a demand for them fails here. */
  private boolean executorsHaveGpus() {
    SparkContext context = spark.sparkContext();
    boolean known = context.getConf().getDouble(EXECUTOR_GPUS, 0) > 0;
    if (!known && !context.isLocal() && recipe.train().device() == DeviceChoice.CUDA) {
      throw ConfigException.value(
          "train.device",
          "cuda",
          "cpu or auto, because executors have no GPUs here; set "
              + EXECUTOR_GPUS
              + " and its discovery script (deploy/gpu/README.md) to use cuda");
    }
    return known && !context.isLocal();
  }

  private TrainResult train(SparkLauncher launcher, TokenData data, RunDirectory directory) {
    if (recipe.sample().tokens() > 0) {
      ModelText.tokens("sample.prompt", data.tokenizer(), recipe.sample().prompt());
    }
    ModelFile model = new ModelFile(data.tokenizer().vocabularySize(), recipe.model());
    directory.begin(model, data.tokenizer(), RecipePrinter.print(recipe));
    List<TrainResult> results =
        launcher.launch(
            new GptWorker(
                recipe,
                model,
                data.tokenizer(),
                data.train(),
                data.validation(),
                directory.checkpointLocation(),
                spark.sparkContext().applicationId() + "/" + UUID.randomUUID()));
    return results.get(0);
  }

  /**
   * How workers are started.
   *
   * @param executorsHaveGpus whether Spark knows of GPUs to assign
   */
  static LaunchOptions options(GptRecipe recipe, boolean executorsHaveGpus) {
    SparkSettings settings = recipe.spark();
    boolean gpus = executorsHaveGpus && recipe.train().device() != DeviceChoice.CPU;
    return LaunchOptions.of(settings.workers())
        .withGpusPerWorker(gpus ? settings.gpusPerWorker() : 0)
        .withCoresPerWorker(settings.coresPerWorker())
        .withAttempts(settings.maxAttempts())
        .withSlotWait(Duration.ofSeconds(settings.startTimeoutSeconds()));
  }
}
