package ai.cresset.spark.data;

import ai.cresset.data.arrow.DatasetSchema;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Allocator;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;

/**
 * A DataFrame streamed into workers without being written anywhere: each worker reads its share of
 * the partitions while it runs.
 *
 * <pre>{@code
 * FrameFeed feed = FrameFeed.of(frame, columns, workers, FeedOptions.of(256));
 * FrameFeed.Reader reader = feed.reader();
 * launcher.launch(feed.partitions(), (context, rows) -> {
 *   try (BatchStream batches = reader.open(rows, allocator)) { ... }
 * });
 * }</pre>
 *
 * <p>Shares differ in rows, so ranks run dry at different steps.
 */
public final class FrameFeed {
  private final FrameScan scan;
  private final RDD<PartitionRows<Object>> partitions;
  private final FeedOptions options;

  private FrameFeed(FrameScan scan, RDD<PartitionRows<Object>> partitions, FeedOptions options) {
    this.scan = scan;
    this.partitions = partitions;
    this.options = options;
  }

  /** Plans the feed; errors as for {@link FrameScan#of}. */
  public static FrameFeed of(
      Dataset<?> frame, List<ColumnRequest> columns, int workers, FeedOptions options) {
    FrameScan scan = FrameScan.of(frame, columns, options.dropNulls());
    if (scan.schema().fixedRowBytes() * options.batchRows() > BatchStream.MAX_BYTES) {
      throw ConfigException.value(
          "batchRows",
          options.batchRows(),
          "at most "
              + BatchStream.MAX_BYTES / scan.schema().fixedRowBytes()
              + " rows of "
              + scan.schema());
    }
    @SuppressWarnings("unchecked") // readers see rows or batches through their opener only
    RDD<Object> parent = (RDD<Object>) scan.partitions();
    return new FrameFeed(scan, new GroupedRdd<>(parent, workers), options);
  }

  /** The columns of the batches. */
  public DatasetSchema schema() {
    return scan.schema();
  }

  /** Whether columnar batches are read, not rows. */
  public boolean isColumnar() {
    return scan.isColumnar();
  }

  /** One partition for each worker. */
  public RDD<PartitionRows<Object>> partitions() {
    return partitions;
  }

  /** What workers need to read their partition. */
  public Reader reader() {
    return new Reader(scan.opener(), options.batchRows(), options.queuedBatches());
  }

  /** Opens the stream of batches within a task. */
  public static final class Reader implements Serializable {
    private static final long serialVersionUID = 1L;

    private final FrameScan.Opener opener;
    private final int batchRows;
    private final int queuedBatches;

    Reader(FrameScan.Opener opener, int batchRows, int queuedBatches) {
      this.opener = opener;
      this.batchRows = batchRows;
      this.queuedBatches = queuedBatches;
    }

    /** Begins to read on a thread of its own; batches live in {@code allocator}. */
    public BatchStream open(Iterator<PartitionRows<Object>> partitions, Allocator allocator) {
      return new BatchStream(opener, partitions, allocator, batchRows, queuedBatches);
    }
  }
}
