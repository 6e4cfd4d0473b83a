package ai.cresset.jobs;

import ai.cresset.jobs.download.Catalogue;
import ai.cresset.jobs.download.Download;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches a data set that the user asks for by name; nothing else in the house uses the net. */
@Command(
    name = "download",
    description = {
      "Fetches the files of a well-known data set and checks their SHA-256.",
      "Without a name, lists the data sets that the catalogue has."
    },
    mixinStandardHelpOptions = true)
final class DownloadCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "NAME",
      arity = "0..1",
      defaultValue = "",
      description = "a data set of the catalogue")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      arity = "0..1",
      defaultValue = "",
      description = "where files go; data/NAME if none is named")
  private String directory = "";

  @Option(
      names = "--catalogue",
      paramLabel = "FILE",
      defaultValue = "${sys:cresset.home:-.}/conf/downloads/catalogue.yml",
      description = "names, addresses, sizes and checksums (default: ${DEFAULT-VALUE})")
  private Path file = Path.of("");

  @Spec private CommandSpec spec = CommandSpec.create();

  DownloadCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Catalogue catalogue = Catalogue.read(file);
    if (name.isEmpty()) {
      out.print(catalogue.describe());
    } else {
      Path target = directory.isEmpty() ? Path.of("data", name) : Path.of(directory);
      new Download(catalogue.find(name), target, out::println).run();
    }
    out.flush();
    return 0;
  }
}
