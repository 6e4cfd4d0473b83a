package ai.cresset.parallel.server;

import ai.cresset.error.DataException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Layers;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;

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
    Shape shape = input.shape();
    EmbeddingTable.Found found = table.find(input.toLongArray(), isTraining());
    long[] places = found.distinct().places();
    for (int i = 0; i < places.length; i++) {
      if (places[i] < 0) {
        throw DataException.because(
            "embedding table '"
                + table.spec().name()
                + "': id "
                + input.toLongArray()[i]
                + " is negative; an embedding has a row for each id, ShardedEmbeddingBag leaves"
                + " negative ones out");
      }
    }
    Tensor indices = Tensor.of(places, places.length).reshape(shape);
    return Layers.embedding(indices, found.rows());
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
