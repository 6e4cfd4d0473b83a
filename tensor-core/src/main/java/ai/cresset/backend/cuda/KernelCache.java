package ai.cresset.backend.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled kernels on disk, shared by all processes of a user. An entry is named by the hash of all
 * that decided about it, begins with the hash of its content, and appears at once or not at all.
 *
 * <p>{@code -Dcresset.cuda.cache=DIRECTORY} says where, {@code off} switches it off. Without it:
 * {@code $XDG_CACHE_HOME/cresset/kernels}, else {@code ~/.cache/cresset/kernels}.
 */
final class KernelCache {
  static final String PROPERTY = "cresset.cuda.cache";

  private static final Logger LOG = LoggerFactory.getLogger(KernelCache.class);
  private static final int DIGEST_BYTES = 32;

  private final @Nullable Path directory;

  /** A cache; it holds nothing without a directory. */
  KernelCache(@Nullable Path directory) {
    this.directory = directory;
  }

  static KernelCache configured() {
    String set = System.getProperty(PROPERTY, "");
    if (set.equals("off")) {
      return new KernelCache(null);
    }
    if (!set.isEmpty()) {
      return new KernelCache(Path.of(set));
    }
    String caches = System.getenv("XDG_CACHE_HOME");
    Path base =
        caches == null || caches.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(caches);
    return new KernelCache(base.resolve("cresset").resolve("kernels"));
  }

  /** The name of an entry. */
  static String key(List<String> parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** An entry; null if there is none or a damaged one, which is removed. */
  byte @Nullable [] read(String key) {
    if (directory == null) {
      return null;
    }
    Path file = directory.resolve(key);
    try {
      byte[] all = Files.readAllBytes(file);
      if (all.length > DIGEST_BYTES) {
        byte[] content = Arrays.copyOfRange(all, DIGEST_BYTES, all.length);
        byte[] digest = Arrays.copyOf(all, DIGEST_BYTES);
        if (MessageDigest.isEqual(digest, sha256().digest(content))) {
          return content;
        }
      }
      LOG.warn("kernel cache: {} is damaged and is made anew", file);
      remove(key);
    } catch (NoSuchFileException e) {
      // The usual case of a kernel that is new.
    } catch (IOException e) {
      LOG.warn("kernel cache: {} cannot be read: {}", file, e.toString());
    }
    return null;
  }

  /** Adds an entry; without success the next process compiles again. */
  void write(String key, byte[] content) {
    if (directory == null) {
      return;
    }
    try {
      Files.createDirectories(directory);
      Path part = Files.createTempFile(directory, "part", ".tmp");
      try {
        byte[] all = Arrays.copyOf(sha256().digest(content), DIGEST_BYTES + content.length);
        System.arraycopy(content, 0, all, DIGEST_BYTES, content.length);
        Files.write(part, all);
        Files.move(
            part,
            directory.resolve(key),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      LOG.warn("kernel cache: {} cannot be written: {}", directory, e.toString());
    }
  }

  void remove(String key) {
    if (directory != null) {
      try {
        Files.deleteIfExists(directory.resolve(key));
      } catch (IOException e) {
        LOG.warn("kernel cache: {} cannot be removed: {}", key, e.toString());
      }
    }
  }
}
