package ai.cresset.tests.fuzz;

import ai.cresset.checkpoint.NpzFile;
import java.io.IOException;

/** Opens the input as an NPZ archive and reads every array that it lists. */
public final class NpzTarget {
  private static final FuzzedReader READER = new FuzzedReader(".npz");

  private NpzTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    READER.readFile(
        input,
        path -> {
          try (NpzFile file = NpzFile.open(path)) {
            for (String name : file.names()) {
              file.read(name);
            }
          }
        });
  }
}
