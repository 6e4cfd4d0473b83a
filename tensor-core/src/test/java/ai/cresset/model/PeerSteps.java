package ai.cresset.model;

import ai.cresset.error.ConfigException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Another system in a process of its own, which works when it is told to: it reads {@code workload
 * seconds} lines and answers with the seconds of every step.
 */
final class PeerSteps implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;

  private PeerSteps(String name, List<String> command) throws IOException {
    this.name = name;
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    orders = process.outputWriter();
    answers = process.inputReader();
  }

  /** PyTorch, by a script of {@code tests/peers}. */
  static PeerSteps pytorch(String python, Path script, int threads) throws IOException {
    return new PeerSteps("pytorch", List.of(python, script.toString(), Integer.toString(threads)));
  }

  /** DJL's PyTorch engine: {@code tests/peers/djl}, already built. */
  static PeerSteps djl(String classPath) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    for (String entry : classPath.split(File.pathSeparator)) {
      if (!new File(entry).exists()) {
        throw ConfigException.because(
            "the class path of DJL names '" + entry + "', which is absent");
      }
    }
    return new PeerSteps(
        "djl",
        List.of(java, "-Dai.djl.offline=true", "-cp", classPath, "ai.cresset.peer.djl.TrainSteps"));
  }

  /** What its figures are called. */
  String name() {
    return name;
  }

  /** Trains for so long; gives the seconds of each step. */
  List<Double> train(String workload, double seconds) throws IOException {
    orders.write(String.format(Locale.ROOT, "%s %.3f%n", workload, seconds));
    orders.flush();
    String line = answers.readLine();
    if (line == null) {
      throw ConfigException.because(name + " ended while it trained " + workload);
    }
    return Stream.of(line.split(" ")).map(Double::valueOf).toList();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
