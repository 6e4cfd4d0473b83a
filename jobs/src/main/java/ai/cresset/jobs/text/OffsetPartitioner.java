package ai.cresset.jobs.text;

import org.apache.spark.Partitioner;

/** Cuts the text of a split into partitions of equal length, in order. */
final class OffsetPartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final long tokensPerPartition;
  private final int partitions;

  OffsetPartitioner(long tokens, long tokensPerPartition) {
    this.tokensPerPartition = tokensPerPartition;
    this.partitions = Math.toIntExact((tokens + tokensPerPartition - 1) / tokensPerPartition);
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object offset) {
    return Math.toIntExact((Long) offset / tokensPerPartition);
  }
}
