package ai.cresset.model;

import ai.cresset.error.ConfigException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** PyTorch in a process of its own, which trains when it is told to ({@code train_steps.py}). */
final class PyTorchSteps implements AutoCloseable {
  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;

  PyTorchSteps(String python, Path script, int threads) throws IOException {
    process =
        new ProcessBuilder(python, script.toString(), Integer.toString(threads))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    orders = process.outputWriter();
    answers = process.inputReader();
  }

  /** Trains for so long; gives the seconds of each step. */
  List<Double> train(String workload, double seconds) throws IOException {
    orders.write(String.format(Locale.ROOT, "%s %.3f%n", workload, seconds));
    orders.flush();
    String line = answers.readLine();
    if (line == null) {
      throw ConfigException.because("PyTorch ended while it trained " + workload);
    }
    return Stream.of(line.split(" ")).map(Double::valueOf).toList();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
