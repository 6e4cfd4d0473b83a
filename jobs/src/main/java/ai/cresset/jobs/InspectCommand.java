package ai.cresset.jobs;

import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.text.TextCorpus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Reads the text of a recipe as training would, and prints the account. */
@Command(
    name = "inspect",
    description = "Reads the text of a recipe as training would, and prints what is in it.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Mixin private RecipeArguments arguments = new RecipeArguments();
  @Spec private CommandSpec spec = CommandSpec.create();

  InspectCommand() {}

  @Override
  public Integer call() throws IOException {
    GptRecipe recipe = arguments.read(GptRecipe.class);
    TextCorpus.check(SparkHadoopUtil.get().conf(), recipe.data());
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = SparkSession.builder().appName("cresset inspect").getOrCreate();
        TextCorpus corpus = TextCorpus.read(spark, recipe.data())) {
      out.println(corpus.summary().describe());
      out.printf("vocabulary  %,d tokens%n", corpus.tokenizer().vocabularySize());
    }
    out.flush();
    return 0;
  }
}
