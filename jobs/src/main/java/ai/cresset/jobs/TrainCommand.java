package ai.cresset.jobs;

import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.train.TrainJob;
import ai.cresset.spark.launch.ProgressPlugin;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains what a recipe says. */
@Command(
    name = "train",
    description = "Trains the model of a recipe, on the executors of this application.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  /** The width of the terminal that standard output goes to; not set if it is none. */
  static final String COLUMNS = "cresset.columns";

  @Mixin private RecipeArguments arguments = new RecipeArguments();

  @Option(
      names = "--dry-run",
      description = "Only two steps, in a directory beside output.dir that is removed again.")
  private boolean dryRun;

  @Spec private CommandSpec spec = CommandSpec.create();

  TrainCommand() {}

  @Override
  public Integer call() throws IOException {
    Recipe recipe = dryRun ? DryRun.of(arguments) : arguments.read();
    LocalSlots.check(new SparkConf().get("spark.master", ""), recipe.spark());
    TrainJob.check(recipe, SparkHadoopUtil.get().conf());
    PrintWriter out = spec.commandLine().getOut();
    out.println(recipe.toYaml());
    out.flush();
    try (SparkSession spark =
        SparkSession.builder()
            .appName("cresset train")
            .config(ProgressPlugin.SETTING, plugins())
            .getOrCreate()) {
      new TrainJob(spark, recipe, out, Integer.getInteger(COLUMNS, 0)).run();
    } finally {
      if (dryRun) {
        DryRun.remove(recipe, SparkHadoopUtil.get().conf());
      }
    }
    return 0;
  }

  static String plugins() {
    String ours = ProgressPlugin.class.getName();
    String others = new SparkConf().get(ProgressPlugin.SETTING, "");
    return others.isEmpty() || others.contains(ours) ? ours : others + "," + ours;
  }
}
