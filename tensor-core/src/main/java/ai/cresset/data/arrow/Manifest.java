package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a data set consists of. It is written last: a directory with a manifest is complete.
 *
 * @param schema the columns
 * @param parts the files, in the order in which their rows are numbered
 * @param fingerprint a hash over the schema and the parts' row counts and digests: two data sets
 *     with equal fingerprints hold the same rows in the same order
 * @param properties what the writer wants to remember
 */
public record Manifest(
    DatasetSchema schema, List<Part> parts, String fingerprint, Map<String, String> properties) {
  /** The version of directory layout and manifest that this code reads and writes. */
  public static final int FORMAT_VERSION = 1;

  /** The manifest's file name. */
  public static final String FILE_NAME = "manifest.json";

  /**
   * One file of a data set.
   *
   * @param name the file's name within the directory
   * @param rows how many rows it holds
   * @param bytes its length
   * @param digest SHA-256 of its content, hexadecimal
   */
  public record Part(String name, long rows, long bytes, String digest) implements Serializable {
    public Part {
      if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
        throw DataException.because("'" + name + "' is no file name for a part");
      }
      if (rows < 0 || bytes < 0) {
        throw DataException.because("part " + name + ": " + rows + " rows, " + bytes + " bytes");
      }
    }
  }

  public Manifest {
    parts = List.copyOf(parts);
    properties = Map.copyOf(properties);
  }

  /** The manifest of these parts, with its fingerprint computed. */
  public static Manifest of(
      DatasetSchema schema, List<Part> parts, Map<String, String> properties) {
    return new Manifest(schema, parts, fingerprint(schema, parts), properties);
  }

  /** The file name of a part. */
  public static String partName(int index) {
    return String.format("part-%05d.arrow", index);
  }

  /** Rows of all parts. */
  public long rows() {
    return parts.stream().mapToLong(Part::rows).sum();
  }

  /** Bytes of all parts. */
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** The manifest as it is stored. */
  public byte[] toJson() {
    return ManifestJson.write(this);
  }

  /**
   * Reads a stored manifest and checks its fingerprint.
   *
   * @param file where it comes from, for messages
   */
  public static Manifest fromJson(byte[] json, Object file) {
    Manifest manifest = ManifestJson.read(json, file);
    String computed = fingerprint(manifest.schema, manifest.parts);
    if (!computed.equals(manifest.fingerprint)) {
      throw DataException.corrupt(
          file, "fingerprint", "expected " + computed + ", got " + manifest.fingerprint);
    }
    return manifest;
  }

  private static String fingerprint(DatasetSchema schema, List<Part> parts) {
    MessageDigest digest = DigestingChannel.sha256();
    StringBuilder text = new StringBuilder("cresset data set ").append(FORMAT_VERSION).append('\n');
    for (Column column : schema.columns()) {
      text.append(column.name().length()).append(':').append(column).append('\n');
    }
    for (Part part : parts) {
      text.append(part.rows()).append(' ').append(part.digest()).append('\n');
    }
    digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The properties in order of name. */
  Map<String, String> sortedProperties() {
    return new TreeMap<>(properties);
  }
}
