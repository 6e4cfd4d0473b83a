package ai.cresset.tests.fuzz;

import ai.cresset.checkpoint.SafetensorsEntry;
import ai.cresset.checkpoint.SafetensorsFile;
import java.io.IOException;

/** Opens the input as a safetensors file and reads every tensor that it lists. */
public final class SafetensorsTarget {
  private static final FuzzedReader READER = new FuzzedReader(".safetensors");

  private SafetensorsTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    READER.readFile(
        input,
        path -> {
          try (SafetensorsFile file = SafetensorsFile.open(path)) {
            for (SafetensorsEntry entry : file.entries()) {
              file.read(entry.name());
            }
          }
        });
  }
}
