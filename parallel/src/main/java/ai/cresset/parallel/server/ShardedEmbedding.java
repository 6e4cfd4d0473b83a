package ai.cresset.parallel.server;

import ai.cresset.nn.Layer;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * Rows of a table by their id, as {@link ai.cresset.nn.layer.Embedding}, where the table lies on
 * parameter servers. It has no parameters of its own: optimizer and checkpoints of the model do not
 * know the rows.
 *
 * <p>Input int64 {@code [...]}, output float32 {@code [..., width]}. In training, rows are made on
 * first use; in evaluation, ids without a row give what the row would begin with.
 */
public final class ShardedEmbedding extends Layer {
  private final EmbeddingTable table;

  /** A view of a table; several may share one. */
  public ShardedEmbedding(EmbeddingTable table) {
    this.table = table;
  }

  /** The table. */
  public EmbeddingTable table() {
    return table;
  }

  @Override
  protected Tensor forward(Tensor input) {
    long width = table.spec().width();
    Tensor rows = table.gather(input.toLongArray(), isTraining());
    long[] sizes = Arrays.copyOf(input.shape().toArray(), input.rank() + 1);
    sizes[input.rank()] = width;
    // What is handed out is never the leaf itself, which the table owns.
    return input.rank() == 0 ? rows.reshape(1, width).select(0, 0) : rows.reshape(sizes);
  }

  @Override
  protected String settings() {
    return table.spec().name() + ", " + table.spec().ids() + ", " + table.spec().width();
  }

  @Override
  public void close() {
    table.close();
    super.close();
  }
}
