package ai.cresset.jobs.download;

import ai.cresset.error.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Fetches the files of a data set. A file that is there and has its checksum is left as it is; one
 * that is being fetched has another name until its checksum is right.
 *
 * @param dataset what to fetch
 * @param directory where files go; made if it is not there
 * @param report takes a line about each file
 */
public record Download(Catalogue.Entry dataset, Path directory, Consumer<String> report) {
  private static final int TIMEOUT_MILLISECONDS = 20_000;
  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * Fetches what is missing.
   *
   * @throws DataException if there is no network, or something else than the data set at its end
   */
  public void run() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw DataException.because(directory + ": cannot be made: " + e, e);
    }
    for (RemoteFile file : dataset.files()) {
      Path target = directory.resolve(file.name());
      boolean there = Files.exists(target);
      if (there && digest(target).equals(file.sha256())) {
        report.accept(target + ": is there, SHA-256 is right");
        continue;
      }
      if (there) {
        throw DataException.because(
            target
                + ": is there and is not the file of the data set (its SHA-256 is another); move it"
                + " away, or name another directory");
      }
      fetch(file, target);
      report.accept(
          String.format(
              Locale.ROOT, "%s: %,d bytes fetched, SHA-256 is right", target, file.bytes()));
    }
  }

  private void fetch(RemoteFile file, Path target) {
    Path partial = target.resolveSibling(file.name() + ".part");
    try {
      copy(file, partial);
      String digest = digest(partial);
      if (!digest.equals(file.sha256())) {
        throw DataException.because(
            file.url()
                + ": expected a file with the SHA-256 "
                + file.sha256()
                + ", got "
                + digest
                + "; it was changed at its source or on its way, and is not kept");
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (UnknownHostException
        | ConnectException
        | NoRouteToHostException
        | SocketTimeoutException e) {
      throw DataException.because(
          file.url()
              + " cannot be reached ("
              + e
              + "); is there a network? Fetch it elsewhere and put it to "
              + target
              + ", or name a catalogue with other addresses",
          e);
    } catch (IOException e) {
      throw DataException.because(file.url() + ": cannot be fetched: " + e, e);
    } finally {
      delete(partial);
    }
  }

  private static void copy(RemoteFile file, Path partial) throws IOException {
    URLConnection connection = file.url().toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLISECONDS);
    connection.setReadTimeout(TIMEOUT_MILLISECONDS);
    try (InputStream in = connection.getInputStream();
        OutputStream out = Files.newOutputStream(partial)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      long total = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        total += count;
        if (total > file.bytes()) {
          break;
        }
        out.write(buffer, 0, count);
      }
      if (total != file.bytes()) {
        throw DataException.because(
            file.url()
                + ": expected "
                + file.bytes()
                + " bytes, got "
                + (total > file.bytes() ? "more" : "" + total)
                + "; it was changed at its source or cut off, and is not kept");
      }
    }
  }

  private static void delete(Path partial) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw DataException.because(partial + ": cannot be deleted: " + e, e);
    }
  }

  private static String digest(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw DataException.because(file + ": cannot be read: " + e, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
