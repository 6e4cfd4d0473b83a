package ai.cresset.jobs;

import ai.cresset.jobs.train.PlanJob;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what training a recipe would take, without running it. */
@Command(
    name = "plan",
    description = "Prints memory of each worker, what it sends in a step, and the bubble.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Mixin private RecipeArguments arguments = new RecipeArguments();

  @Option(names = "--vocabulary", paramLabel = "N", description = "Tokens, if the text decides.")
  private @Nullable Integer vocabulary;

  @Spec private CommandSpec spec = CommandSpec.create();

  PlanCommand() {}

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(PlanJob.describe(arguments.read(), vocabulary));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
