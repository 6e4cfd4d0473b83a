package ai.cresset.jobs;

import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.feature.ClickLogs;
import ai.cresset.jobs.recipe.ClickLogRecipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes data. */
@Command(
    name = "etl",
    description = "Makes the data that a file describes, such as conf/click-logs.yaml.",
    mixinStandardHelpOptions = true)
final class EtlCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "A YAML file, as in conf/.")
  private Path file = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings that replace the file's, such as rows=1000.")
  private List<String> overrides = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  EtlCommand() {}

  @Override
  public Integer call() throws IOException {
    ClickLogs logs =
        new ClickLogs(
            RecipeReader.<ClickLogRecipe>read(
                "etl", Map.of("click_logs", ClickLogRecipe.class), file, overrides));
    logs.check(SparkHadoopUtil.get().conf());
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession spark = SparkSession.builder().appName("cresset etl").getOrCreate()) {
      out.print(logs.run(spark));
    }
    out.flush();
    return 0;
  }
}
