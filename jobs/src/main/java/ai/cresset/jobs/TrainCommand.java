package ai.cresset.jobs;

import ai.cresset.jobs.config.RecipePrinter;
import ai.cresset.jobs.recipe.GptRecipe;
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
import picocli.CommandLine.Spec;

/** Trains a GPT on text. */
@Command(
    name = "train",
    description = "Trains a GPT language model on text, on the executors of this application.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  /** The width of the terminal that standard output goes to; not set if it is none. */
  private static final String COLUMNS = "cresset.columns";

  @Mixin private RecipeArguments arguments = new RecipeArguments();
  @Spec private CommandSpec spec = CommandSpec.create();

  TrainCommand() {}

  @Override
  public Integer call() throws IOException {
    GptRecipe recipe = arguments.read(GptRecipe.class);
    LocalSlots.check(new SparkConf().get("spark.master", ""), recipe.spark());
    TrainJob.check(recipe, SparkHadoopUtil.get().conf());
    PrintWriter out = spec.commandLine().getOut();
    out.println(RecipePrinter.print(recipe));
    out.flush();
    try (SparkSession spark =
        SparkSession.builder()
            .appName("cresset train")
            .config(ProgressPlugin.SETTING, plugins())
            .getOrCreate()) {
      new TrainJob(spark, recipe, out, Integer.getInteger(COLUMNS, 0)).run();
    }
    return 0;
  }

  private static String plugins() {
    String ours = ProgressPlugin.class.getName();
    String others = new SparkConf().get(ProgressPlugin.SETTING, "");
    return others.isEmpty() || others.contains(ours) ? ours : others + "," + ours;
  }
}
