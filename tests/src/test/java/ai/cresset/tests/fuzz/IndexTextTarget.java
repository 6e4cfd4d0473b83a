package ai.cresset.tests.fuzz;

import ai.cresset.tensor.Creation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Takes the input for an index text, and a small tensor's elements by it. */
public final class IndexTextTarget {
  private static final FuzzedReader READER = new FuzzedReader(".txt");

  private IndexTextTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    String text = new String(input, StandardCharsets.UTF_8);
    READER.read(() -> Creation.arange(120).reshape(2, 3, 4, 5).get(text));
  }
}
