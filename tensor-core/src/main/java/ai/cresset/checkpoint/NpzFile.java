package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Several arrays in NumPy's NPZ format: a ZIP archive of {@linkplain NpyFile NPY files}. */
public final class NpzFile implements AutoCloseable {
  /** Deflate makes at most this many bytes of one. */
  private static final long MOST_EXPANSION = 1032;

  private static final String SUFFIX = ".npy";

  private final Path path;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

  private NpzFile(Path path, ZipFile zip) {
    this.path = path;
    this.zip = zip;
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName();
      if (name.endsWith(SUFFIX)) {
        entries.put(name.substring(0, name.length() - SUFFIX.length()), entry);
      }
    }
  }

  /** Opens an archive. */
  public static NpzFile open(Path path) {
    try {
      return new NpzFile(path, new ZipFile(path.toFile()));
    } catch (ZipException | IllegalArgumentException e) {
      throw CheckpointException.corrupt(path, "archive", e);
    } catch (IOException e) {
      throw CheckpointException.failed("open", path, e);
    }
  }

  /** The arrays' names in order of the archive. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** Reads an array into new memory on the CPU. */
  public Tensor read(String name) {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw CheckpointException.because(
          path + ": there is no array '" + name + "'; it has " + entries.keySet());
    }
    long compressed = Math.max(0, entry.getCompressedSize());
    long most =
        compressed > Long.MAX_VALUE / MOST_EXPANSION
            ? Long.MAX_VALUE
            : compressed * (entry.getMethod() == ZipEntry.STORED ? 1 : MOST_EXPANSION);
    String place = path + ": array '" + name + "'";
    try (InputStream stream = zip.getInputStream(entry)) {
      return NpyFile.read(place, stream, Math.min(most, fileSize()));
    } catch (ZipException e) {
      throw CheckpointException.corrupt(path, "array '" + name + "'", e);
    } catch (IOException e) {
      throw CheckpointException.failed("read", place, e);
    }
  }

  private long fileSize() {
    long size = path.toFile().length();
    return size > Long.MAX_VALUE / MOST_EXPANSION ? Long.MAX_VALUE : size * MOST_EXPANSION;
  }

  /** Writes arrays uncompressed: beside the file first, then in its place by one rename. */
  public static void save(Path path, Map<String, ? extends Tensor> arrays) {
    arrays.values().forEach(each -> NpyHeader.toBytes(each.dtype(), each.shape()));
    try {
      LocalFiles.replace(path, channel -> write(channel, arrays));
    } catch (IOException e) {
      throw CheckpointException.failed("write", path, e);
    }
  }

  private static void write(WritableByteChannel channel, Map<String, ? extends Tensor> arrays)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(channel));
    zip.setLevel(0);
    for (Map.Entry<String, ? extends Tensor> each : arrays.entrySet()) {
      ZipEntry entry = new ZipEntry(each.getKey() + SUFFIX);
      entry.setTime(0);
      zip.putNextEntry(entry);
      NpyFile.write(Channels.newChannel(zip), each.getValue());
      zip.closeEntry();
    }
    zip.finish();
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw CheckpointException.failed("close", path, e);
    }
  }
}
