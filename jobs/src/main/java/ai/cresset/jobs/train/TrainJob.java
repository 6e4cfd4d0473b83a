package ai.cresset.jobs.train;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.RecipePrinter;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.SparkSettings;
import ai.cresset.jobs.recipe.TrainSettings.DeviceChoice;
import ai.cresset.jobs.workload.LossChoice;
import ai.cresset.jobs.workload.StoredText;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.spark.launch.LaunchOptions;
import ai.cresset.spark.launch.SparkLauncher;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Trains what a recipe says. What can be refused is refused before work begins: settings,
 * directories, checkpoints and files before Spark starts, then slots, the data, and the model.
 */
public final class TrainJob {
  private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";

  private final SparkSession spark;
  private final Recipe recipe;
  private final PrintWriter out;
  private final int columns;

  /**
   * A job.
   *
   * @param columns of the terminal that {@code out} goes to; 0 if it is none
   */
  public TrainJob(SparkSession spark, Recipe recipe, PrintWriter out, int columns) {
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
  public static void check(Recipe recipe, Configuration configuration) {
    WorkloadChoice.of(recipe).check(configuration);
    StoredText.in(recipe.output().dir(), configuration).checkWritable("output.dir");
    RunDirectory directory = new RunDirectory(recipe.output().dir(), configuration);
    directory.check(recipe);
    if (!recipe.output().logs().isEmpty()) {
      directory.logs().checkWritable("output.logs");
    }
    LossChoice.check(recipe.train());
    OptimizerChoice.check(recipe.train());
  }

  /** Runs it to the end and prints the report. */
  public void run() {
    train();
  }

  /** The same; returns what the first worker ended with. */
  TrainResult train() {
    Configuration configuration = spark.sessionState().newHadoopConf();
    RunDirectory directory = new RunDirectory(recipe.output().dir(), configuration);
    boolean gpus = executorsHaveGpus();
    Workload workload = WorkloadChoice.of(recipe);
    SparkLauncher launcher = new SparkLauncher(spark.sparkContext(), options(recipe, gpus));
    LogDirectory logs = LogDirectory.of(directory.logs().location());
    try (ProgressView view =
            new ProgressView(out, recipe.train().steps(), workload.wording().unit(), columns);
        RunLog log =
            new RunLog(
                recipe.output(), logs.local(), directory.step(), workload.wording(), view::say)) {
      launcher
          .onNotice(view::say)
          .onProgress(
              progress -> {
                view.accept(progress);
                log.accept(progress);
              });
      launcher.awaitSlots();
      Workload.Prepared prepared = workload.prepare(spark, configuration);
      view.say(prepared.announcement());
      directory.begin(prepared.model(), prepared.companion(), recipe.toYaml());
      List<TrainResult> results =
          launcher.launch(
              WorkloadChoice.worker(
                  recipe,
                  workload,
                  prepared,
                  directory,
                  spark.sparkContext().applicationId() + "/" + UUID.randomUUID()));
      view.close();
      TrainResult result = results.get(0);
      String report =
          new TrainingReport(prepared.account(), workload.wording(), result, directory.location())
              .describe();
      Map<String, String> settings = RecipePrinter.settings((Record) recipe);
      log.finish(result, settings);
      String title = "Cresset: " + recipe.recipe().text() + " in " + recipe.output().dir();
      directory.report(
          report, new RunPage(title, report, settings, workload.wording(), result).html(log));
      log.close();
      logs.publish(configuration);
      out.print("\n" + report);
      out.flush();
      return result;
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

  /**
   * How workers are started.
   *
   * @param executorsHaveGpus whether Spark knows of GPUs to assign
   */
  static LaunchOptions options(Recipe recipe, boolean executorsHaveGpus) {
    SparkSettings settings = recipe.spark();
    boolean gpus = executorsHaveGpus && recipe.train().device() != DeviceChoice.CPU;
    return LaunchOptions.of(settings.workers())
        .withGpusPerWorker(gpus ? settings.gpusPerWorker() : 0)
        .withCoresPerWorker(settings.coresPerWorker())
        .withAttempts(settings.maxAttempts())
        .withSlotWait(Duration.ofSeconds(settings.startTimeoutSeconds()));
  }
}
