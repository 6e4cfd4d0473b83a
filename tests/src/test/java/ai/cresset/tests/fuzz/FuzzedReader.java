package ai.cresset.tests.fuzz;

import ai.cresset.error.CressetException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs a reader on one input after the other: few bytes of memory are granted, none may be left.
 */
final class FuzzedReader {
  /** Inputs are below a megabyte, so nothing that they truly hold is larger. */
  private static final long GRANTED_BYTES = 16 << 20;

  private final Allocator allocator = Allocator.create("fuzzing", GRANTED_BYTES);
  private final Path file;

  FuzzedReader(String suffix) {
    try {
      file = Files.createTempFile("fuzz", suffix);
    } catch (IOException e) {
      throw new IllegalStateException("no temporary file", e);
    }
    file.toFile().deleteOnExit();
  }

  /** What is done with a file of the input's bytes. */
  @FunctionalInterface
  interface FileReading {
    void read(Path file) throws IOException;
  }

  void readFile(byte[] input, FileReading reading) throws IOException {
    Files.write(file, input);
    read(() -> reading.read(file));
  }

  /** What is done with an input that is no file. */
  @FunctionalInterface
  interface Reading {
    void read() throws IOException;
  }

  void read(Reading reading) throws IOException {
    try (Allocator.Binding binding = allocator.bind();
        Scope scope = Scope.open("fuzzing")) {
      reading.read();
    } catch (CressetException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("an error without a text", e);
      }
    }
    long left = allocator.statistics().liveBytes();
    if (left != 0) {
      throw new AssertionError(left + " bytes of native memory were left");
    }
  }
}
