package ai.cresset.jobs;

import ai.cresset.jobs.train.InspectJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Reads the data of a recipe as training would, and prints the account. */
@Command(
    name = "inspect",
    description = "Reads the data of a recipe as training would, and prints what is in it.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Mixin private RecipeArguments arguments = new RecipeArguments();
  @Spec private CommandSpec spec = CommandSpec.create();

  InspectCommand() {}

  @Override
  public Integer call() throws IOException {
    InspectJob job = new InspectJob(arguments.read());
    job.check(SparkHadoopUtil.get().conf());
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = SparkSession.builder().appName("cresset inspect").getOrCreate()) {
      out.print(job.run(spark));
    }
    out.flush();
    return 0;
  }
}
