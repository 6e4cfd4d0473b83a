package ai.cresset.spark.data;

import ai.cresset.error.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * How to write a data set.
 *
 * @param maxBatchRows rows of a record batch at most
 * @param maxBatchBytes bytes of a record batch at most
 * @param dropNulls whether rows with nulls are left out and counted; otherwise they are errors
 * @param overwrite whether a data set of another request may be replaced
 * @param identity what makes the request's source unique, such as a path with version; without it a
 *     data set is reused only when the DataFrame reads nothing but files
 */
public record FrameWriterOptions(
    int maxBatchRows,
    long maxBatchBytes,
    boolean dropNulls,
    boolean overwrite,
    @Nullable String identity) {
  public FrameWriterOptions {
    if (maxBatchRows < 1) {
      throw ConfigException.value("maxBatchRows", maxBatchRows, "at least 1");
    }
    if (maxBatchBytes < 1 || maxBatchBytes > 1L << 30) {
      throw ConfigException.value("maxBatchBytes", maxBatchBytes, "1 to 1073741824");
    }
  }

  /** Batches of at most 65,536 rows and 16 MiB, nothing dropped, nothing replaced. */
  public static FrameWriterOptions defaults() {
    return new FrameWriterOptions(1 << 16, 16L << 20, false, false, null);
  }

  public FrameWriterOptions withBatches(int maxRows, long maxBytes) {
    return new FrameWriterOptions(maxRows, maxBytes, dropNulls, overwrite, identity);
  }

  public FrameWriterOptions withDropNulls(boolean drop) {
    return new FrameWriterOptions(maxBatchRows, maxBatchBytes, drop, overwrite, identity);
  }

  public FrameWriterOptions withOverwrite(boolean replace) {
    return new FrameWriterOptions(maxBatchRows, maxBatchBytes, dropNulls, replace, identity);
  }

  public FrameWriterOptions withIdentity(String text) {
    return new FrameWriterOptions(maxBatchRows, maxBatchBytes, dropNulls, overwrite, text);
  }
}
