package ai.cresset.jobs;

import ai.cresset.jobs.train.ForecastJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Forecasts what follows the newest rows of time series. */
@Command(
    name = "forecast",
    description =
        "Forecasts what follows the newest rows of time series with a model that train has left,"
            + " into forecast.csv of its directory.",
    mixinStandardHelpOptions = true)
final class ForecastCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "DIR", description = "The output.dir of a training run.")
  private String directory = "";

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings that replace the recipe's, such as data.path=FILE.")
  private List<String> overrides = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  ForecastCommand() {}

  @Override
  public Integer call() throws IOException {
    ForecastJob job = new ForecastJob(directory, overrides);
    job.check(SparkHadoopUtil.get().conf());
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = SparkSession.builder().appName("cresset forecast").getOrCreate()) {
      out.println(job.run(spark));
    }
    out.flush();
    return 0;
  }
}
