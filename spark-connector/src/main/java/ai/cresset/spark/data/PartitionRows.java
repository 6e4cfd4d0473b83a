package ai.cresset.spark.data;

import java.util.Iterator;

/**
 * A partition of a DataFrame within a group of partitions.
 *
 * @param partition which one
 * @param rows its rows or batches, read once
 */
public record PartitionRows<T>(int partition, Iterator<T> rows) {}
