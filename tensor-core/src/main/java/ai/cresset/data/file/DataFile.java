package ai.cresset.data.file;

import ai.cresset.error.DataException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Files as streams of bytes and text, unpacked. */
final class DataFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private DataFile() {}

  static InputStream open(Path file) throws IOException {
    InputStream plain = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    boolean done = false;
    try {
      InputStream in =
          file.toString().endsWith(".gz") ? new GZIPInputStream(plain, BUFFER_BYTES) : plain;
      done = true;
      return in;
    } finally {
      if (!done) {
        plain.close();
      }
    }
  }

  /** UTF-8; what is none is an error. */
  static BufferedReader text(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(open(file), StandardCharsets.UTF_8.newDecoder()));
  }

  static DataException unreadable(Path file, IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return DataException.because(file + ": there is no such file", cause);
    }
    boolean damaged = cause instanceof EOFException || cause instanceof ZipException;
    return DataException.because(
        file
            + ": "
            + (damaged ? "truncated or damaged: " : "cannot be read: ")
            + cause
            + "; use another copy of it",
        cause);
  }
}
