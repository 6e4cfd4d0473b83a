package ai.cresset.jobs.train;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.SeriesRecipe;
import ai.cresset.jobs.series.SeriesCorpus;
import ai.cresset.jobs.series.SeriesSummary;
import ai.cresset.jobs.series.WindowRow;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.jobs.workload.StoredText;
import ai.cresset.jobs.workload.SummaryJson;
import ai.cresset.jobs.workload.series.SeriesForecast;
import ai.cresset.jobs.workload.series.SeriesModelFile;
import ai.cresset.jobs.workload.series.SeriesWorkload;
import ai.cresset.memory.Allocator;
import ai.cresset.model.Forecaster;
import ai.cresset.type.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Forecasts what follows the newest rows of each series, with the weights that did best, or the
 * newest where none are kept. Spark reads the rows; the model runs in this process.
 *
 * @param directory a training run's {@code output.dir}
 * @param overrides settings of its recipe that are other ones now, such as {@code data.path}
 */
public record ForecastJob(String directory, List<String> overrides) {
  private static final String FORECAST = "forecast.csv";

  public ForecastJob {
    overrides = List.copyOf(overrides);
  }

  /**
   * Refuses what needs no Spark to be refused. Changes nothing.
   *
   * @throws ai.cresset.error.CressetException that says what to change
   */
  public void check(Configuration configuration) {
    RunDirectory run = new RunDirectory(directory, configuration);
    file(run);
    SeriesCorpus.check(configuration, recipe(run).data());
  }

  /** Writes {@code forecast.csv} beside the checkpoints; what was written, in one line. */
  public String run(SparkSession spark) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    RunDirectory run = new RunDirectory(directory, configuration);
    SeriesModelFile file = file(run);
    String name = SeriesWorkload.COMPANION;
    SeriesSummary summary =
        SummaryJson.read(SeriesSummary.class, run.location() + "/" + name, run.required(name));
    List<WindowRow> windows = SeriesCorpus.newest(spark, recipe(run).data(), summary);
    try (Allocator allocator = Allocator.create("forecast", Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind();
        Forecaster model = file.build(Device.CPU)) {
      String weights = TrainedWeights.load(run, null, model);
      List<String> lines = new SeriesForecast(file, summary).lines(model, windows);
      StoredText.in(directory, configuration).write(FORECAST, String.join("\n", lines) + "\n");
      return String.format(
          Locale.ROOT,
          "%,d steps of %,d series in %s/%s, by %s",
          summary.horizon(),
          windows.size(),
          run.location(),
          FORECAST,
          weights);
    }
  }

  private static SeriesModelFile file(RunDirectory run) {
    ModelFile file = run.model();
    if (file instanceof SeriesModelFile series) {
      return series;
    }
    throw CheckpointException.because(
        run.location()
            + " holds a model of the kind "
            + file.recipe().text()
            + ", which forecasts nothing; name the output directory of a series recipe");
  }

  private SeriesRecipe recipe(RunDirectory run) {
    try {
      Path copy = Files.createTempFile("recipe", ".yaml");
      try {
        Files.writeString(copy, run.required(RunDirectory.RECIPE));
        return (SeriesRecipe) Recipe.read(copy, overrides);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw DataException.because("cannot write a temporary file: " + e, e);
    }
  }
}
