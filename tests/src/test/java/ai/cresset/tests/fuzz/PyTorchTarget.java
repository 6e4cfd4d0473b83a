package ai.cresset.tests.fuzz;

import ai.cresset.checkpoint.PyTorchFile;
import java.io.IOException;

/** Reads the input as a PyTorch file. */
public final class PyTorchTarget {
  private static final FuzzedReader READER = new FuzzedReader(".pth");

  private PyTorchTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    READER.readFile(
        input,
        path -> {
          try (PyTorchFile file = PyTorchFile.read(path)) {
            if (file.root().toString().isEmpty()) {
              throw new IllegalStateException("a value without a text");
            }
          }
        });
  }
}
