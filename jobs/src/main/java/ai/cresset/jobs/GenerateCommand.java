package ai.cresset.jobs;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.train.GenerateJob;
import ai.cresset.model.Sampling;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Continues a prompt with a trained model. */
@Command(
    name = "generate",
    description = "Continues a prompt with a model that train has left, in the driver alone.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class GenerateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      showDefaultValue = Help.Visibility.NEVER,
      description = "The output.dir of a training run.")
  private String directory = "";

  @Option(
      names = "--prompt",
      required = true,
      showDefaultValue = Help.Visibility.NEVER,
      description = "The text to continue.")
  private String prompt = "";

  @Option(names = "--tokens", description = "How many tokens to add.")
  private int tokens = 200;

  @Option(names = "--temperature", description = "Above 1 more varied, below 1 less; 0 is greedy.")
  private double temperature = 0.8;

  @Option(names = "--top-k", description = "Only the k likeliest tokens; 0 for all.")
  private int topK = 50;

  @Option(names = "--seed", description = "The same seed gives the same text.")
  private long seed = 1;

  @Option(names = "--step", description = "The checkpoint of this step, not the newest.")
  private @Nullable Long step;

  @Spec private CommandSpec spec = CommandSpec.create();

  GenerateCommand() {}

  @Override
  public Integer call() {
    if (tokens < 0) {
      throw ConfigException.value("--tokens", tokens, "a whole number from 0");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        new GenerateJob(directory, step)
            .run(
                prompt,
                tokens,
                new Sampling(temperature, topK),
                seed,
                SparkHadoopUtil.get().conf()));
    out.flush();
    return 0;
  }
}
