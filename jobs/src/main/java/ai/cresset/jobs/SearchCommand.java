package ai.cresset.jobs;

import ai.cresset.jobs.recipe.SearchRecipe;
import ai.cresset.jobs.train.SearchJob;
import ai.cresset.spark.launch.ProgressPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks for the settings of a recipe that do best. */
@Command(
    name = "search",
    description = "Trains a recipe with several settings and writes the recipe that did best.",
    mixinStandardHelpOptions = true)
final class SearchCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "SEARCH",
      description = "A YAML file such as conf/search/text-classifier.yaml.")
  private Path file = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings that replace the search's, such as trials=4.")
  private List<String> overrides = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  SearchCommand() {}

  @Override
  public Integer call() throws IOException {
    SearchJob job =
        new SearchJob(
            SearchRecipe.read(file, overrides), file, Integer.getInteger(TrainCommand.COLUMNS, 0));
    LocalSlots.check(new SparkConf().get("spark.master", ""), job.first().spark());
    job.check(SparkHadoopUtil.get().conf());
    try (SparkSession spark =
        SparkSession.builder()
            .appName("cresset search")
            .config(ProgressPlugin.SETTING, TrainCommand.plugins())
            .getOrCreate()) {
      job.run(spark, spec.commandLine().getOut());
    }
    return 0;
  }
}
