package ai.cresset.parallel.server;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Layer;
import ai.cresset.tensor.EmbeddingBag;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * Rows of a table by their id, reduced bag by bag, as {@link ai.cresset.nn.layer.EmbeddingBag},
 * where the table lies on parameter servers.
 *
 * <p>Input int64 {@code [bags, size]}, where negative ids fill up shorter bags and do not count, or
 * {@code [n]} with offsets {@code [bags]}; output float32 {@code [bags, width]}. An empty bag gives
 * 0.
 */
public final class ShardedEmbeddingBag extends Layer {
  private final EmbeddingTable table;
  private final EmbeddingBag mode;

  public ShardedEmbeddingBag(EmbeddingTable table, EmbeddingBag mode) {
    this.table = table;
    this.mode = mode;
  }

  /** The table. */
  public EmbeddingTable table() {
    return table;
  }

  @Override
  protected Tensor forward(Tensor input) {
    if (input.rank() != 2) {
      throw ShapeException.mismatch(
          "ShardedEmbeddingBag", "[bags, size], or [n] with offsets", input.shape());
    }
    int bags = Math.toIntExact(input.size(0));
    int size = Math.toIntExact(input.size(1));
    EmbeddingTable.Found found = table.find(input.toLongArray(), isTraining());
    long[] places = found.distinct().places();
    long[] valid = new long[places.length];
    long[] starts = new long[bags];
    int count = 0;
    for (int bag = 0; bag < bags; bag++) {
      starts[bag] = count;
      for (int i = 0; i < size; i++) {
        long place = places[bag * size + i];
        if (place >= 0) {
          valid[count++] = place;
        }
      }
    }
    return reduce(Arrays.copyOf(valid, count), found.rows(), starts);
  }

  /** Bags of a vector {@code [n]} that begin at {@code offsets} {@code [bags]}. */
  public Tensor call(Tensor input, Tensor offsets) {
    if (input.rank() != 1) {
      throw ShapeException.mismatch("ShardedEmbeddingBag", "[n] with offsets", input.shape());
    }
    return scoped(
        () -> {
          EmbeddingTable.Found found = table.find(input.toLongArray(), isTraining());
          return reduce(found.distinct().places(), found.rows(), offsets.toLongArray());
        });
  }

  private Tensor reduce(long[] places, Tensor rows, long[] starts) {
    if (places.length == 0) {
      return Tensor.zeros(starts.length, table.spec().width());
    }
    return mode.of(
        Tensor.of(places, places.length), rows, Tensor.of(starts, starts.length));
  }

  @Override
  protected String settings() {
    return table.spec().name()
        + ", "
        + table.spec().ids()
        + ", "
        + table.spec().width()
        + ", "
        + mode;
  }

  @Override
  public void close() {
    table.close();
    super.close();
  }
}
