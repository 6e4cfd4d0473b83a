package ai.cresset.spark.data;

import ai.cresset.data.arrow.Manifest;
import java.util.List;

/**
 * A DataFrame as a data set.
 *
 * @param directory where it is
 * @param manifest what it consists of; part i is partition i
 * @param partitions the accounts of the partitions
 * @param reused whether it was there already
 */
public record MaterializedFrame(
    String directory, Manifest manifest, List<PartitionAccount> partitions, boolean reused) {
  public MaterializedFrame {
    partitions = List.copyOf(partitions);
  }

  /**
   * What became of a partition's rows: {@code read == written + dropped}.
   *
   * @param dropped rows left out because they hold nulls, which somebody asked for
   */
  public record PartitionAccount(long read, long written, long dropped) {
    public PartitionAccount {
      if (read != written + dropped) {
        throw new IllegalStateException(
            read + " rows read, " + written + " written, " + dropped + " dropped");
      }
    }
  }

  public long rowsRead() {
    return partitions.stream().mapToLong(PartitionAccount::read).sum();
  }

  public long rowsWritten() {
    return partitions.stream().mapToLong(PartitionAccount::written).sum();
  }

  public long rowsDropped() {
    return partitions.stream().mapToLong(PartitionAccount::dropped).sum();
  }
}
