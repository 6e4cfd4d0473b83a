package ai.cresset.jobs;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What people see of a command line that does not parse: what is wrong, and how it is written. */
final class WrongCommandLine {
  private WrongCommandLine() {}

  /** Prints the message; returns the exit code. */
  static int print(CommandLine.ParameterException wrong, PrintWriter err) {
    CommandLine command = wrong.getCommandLine();
    CommandSpec spec = command.getCommandSpec();
    err.println("error: " + wrong.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err)) {
      CommandLine.Help help = command.getHelp();
      err.print("usage: " + help.synopsis("usage: ".length()));
    }
    err.println(
        "       ('help" + (spec.parent() == null ? "" : " " + spec.name()) + "' says more)");
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }
}
