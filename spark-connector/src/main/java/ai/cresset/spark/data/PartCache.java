package ai.cresset.spark.data;

import ai.cresset.data.arrow.LocalPart;
import ai.cresset.data.arrow.Manifest;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Parts of remote data sets on local disk, named by their digest, so that data sets and processes
 * of one machine share them. Bounded: parts that are not in use make room, the longest unused
 * first. Thread-safe.
 *
 * <p>The bound holds for what one process brought here. A file that another process has mapped may
 * be removed: its mapping stays.
 */
public final class PartCache {
  private static final String SUFFIX = ".arrow";

  private final Path directory;
  private final long maxBytes;
  private final Map<String, Integer> leases = new HashMap<>();
  private final LinkedHashMap<String, Long> bytesByAge = new LinkedHashMap<>();
  private long bytes;

  /** Opens the bytes of a part, wherever it is. */
  @FunctionalInterface
  public interface Opener {
    InputStream open() throws IOException;
  }

  /**
   * A cache.
   *
   * @param directory on a local disk, made when absent
   * @param maxBytes the most that it may hold
   */
  public PartCache(Path directory, long maxBytes) {
    if (maxBytes < 1) {
      throw ConfigException.value("maxBytes of the part cache", maxBytes, "at least 1");
    }
    this.directory = directory;
    this.maxBytes = maxBytes;
  }

  /** The part as a local file, verified, which stays until the result is closed. */
  public synchronized LocalPart acquire(Manifest.Part part, Opener remote) {
    String key = part.digest();
    Path file = directory.resolve(key + SUFFIX);
    try {
      Files.createDirectories(directory);
      Long known = bytesByAge.remove(key);
      if (known == null) {
        makeRoom(part);
        if (!Files.exists(file) || Files.size(file) != part.bytes()) {
          copy(part, remote, file);
        }
        bytes += part.bytes();
      } else if (!Files.exists(file)) {
        copy(part, remote, file);
      }
      bytesByAge.put(key, part.bytes());
      leases.merge(key, 1, Integer::sum);
      return new LocalPart(file, () -> giveBack(key));
    } catch (IOException e) {
      throw DataException.because(
          "part " + part.name() + " cannot be copied to " + directory + ": " + e, e);
    }
  }

  private synchronized void giveBack(String key) {
    leases.computeIfPresent(key, (digest, count) -> count == 1 ? null : count - 1);
  }

  private void makeRoom(Manifest.Part part) throws IOException {
    Iterator<Map.Entry<String, Long>> oldest = bytesByAge.entrySet().iterator();
    while (bytes + part.bytes() > maxBytes && oldest.hasNext()) {
      Map.Entry<String, Long> entry = oldest.next();
      if (!leases.containsKey(entry.getKey())) {
        Files.deleteIfExists(directory.resolve(entry.getKey() + SUFFIX));
        bytes -= entry.getValue();
        oldest.remove();
      }
    }
    if (bytes + part.bytes() > maxBytes) {
      throw DataException.because(
          "the part cache "
              + directory
              + " takes "
              + maxBytes
              + " bytes, of which "
              + bytes
              + " are in use, and part "
              + part.name()
              + " needs "
              + part.bytes()
              + "; allow it more");
    }
  }

  private void copy(Manifest.Part part, Opener remote, Path file) throws IOException {
    Path temporary = directory.resolve(part.digest() + "." + UUID.randomUUID());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = remote.open();
          OutputStream out = new DigestOutputStream(Files.newOutputStream(temporary), digest)) {
        byte[] chunk = new byte[1 << 16];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
          out.write(chunk, 0, count);
        }
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(part.digest())) {
        throw DataException.corrupt(
            part.name(), "digest", "the manifest says " + part.digest() + ", found " + found);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
