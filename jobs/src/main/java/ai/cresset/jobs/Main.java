package ai.cresset.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/**
 * The one entry point, for {@code spark-submit} and {@code deploy/local/run.sh} alike. Exit codes:
 * 0 when the job did what it was asked, 1 when it failed, 2 when command line or recipe are wrong.
 */
@Command(
    name = "cresset",
    description = "Trains neural networks inside Spark executors.",
    mixinStandardHelpOptions = true,
    version = "Cresset 0.1.0",
    synopsisSubcommandLabel = "JOB",
    subcommands = {
      TrainCommand.class,
      GenerateCommand.class,
      ForecastCommand.class,
      SamplesCommand.class,
      SearchCommand.class,
      InspectCommand.class,
      EtlCommand.class,
      ConsolidateCommand.class,
      ConfigCommand.class,
      PlanCommand.class,
      DownloadCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main {
  @CommandLine.Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "On failure, show where in the program it happened.")
  private boolean stacktrace;

  Main() {}

  /** Runs a job and ends the process with its exit code. */
  public static void main(String... arguments) {
    System.exit(
        run(
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8),
            arguments));
  }

  /** Runs a job; returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((exception, wrong) -> WrongCommandLine.print(exception, err));
    line.setExecutionExceptionHandler(
        (exception, command, parsed) ->
            new ErrorReport(exception).print(command.getErr(), main.stacktrace));
    if (arguments.length == 0) {
      line.usage(err);
      return CommandLine.ExitCode.USAGE;
    }
    return line.execute(arguments);
  }
}
