package ai.cresset.jobs;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks a recipe and prints the settings that a job would use. */
@Command(
    name = "config",
    description = "Checks a recipe and prints the settings in force, as YAML.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {
  @Mixin private RecipeArguments arguments = new RecipeArguments();
  @Spec private CommandSpec spec = CommandSpec.create();

  ConfigCommand() {}

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(arguments.read().toYaml());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
