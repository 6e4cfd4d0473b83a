package ai.cresset.parallel.strategy;

import ai.cresset.data.Batch;
import ai.cresset.data.Dataset;
import ai.cresset.parallel.server.EmbeddingTable;
import java.util.Map;

/**
 * Samples whose embedding rows are fetched from the servers as soon as the samples are read, which
 * a loader does some steps ahead. Closes the data set.
 *
 * @param samples that are read
 * @param tables by the name of the batch's tensor of ids
 */
public record PrefetchedRows(Dataset samples, Map<String, EmbeddingTable> tables)
    implements Dataset {
  public PrefetchedRows {
    tables = Map.copyOf(tables);
  }

  @Override
  public long size() {
    return samples.size();
  }

  @Override
  public Batch gather(long[] numbers) {
    return fetch(samples.gather(numbers));
  }

  @Override
  public Batch gather(long[] numbers, long epoch) {
    return fetch(samples.gather(numbers, epoch));
  }

  private Batch fetch(Batch batch) {
    tables.forEach((name, table) -> table.prefetch(batch.get(name).toLongArray()));
    return batch;
  }

  @Override
  public String fingerprint() {
    return samples.fingerprint();
  }

  @Override
  public void close() {
    samples.close();
  }
}
