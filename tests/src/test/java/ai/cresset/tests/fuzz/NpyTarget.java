package ai.cresset.tests.fuzz;

import ai.cresset.checkpoint.NpyFile;
import java.io.IOException;

/** Reads the input as an NPY file. */
public final class NpyTarget {
  private static final FuzzedReader READER = new FuzzedReader(".npy");

  private NpyTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    READER.readFile(input, NpyFile::read);
  }
}
