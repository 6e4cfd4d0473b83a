package ai.cresset.spark.data;

import ai.cresset.data.Batch;
import ai.cresset.data.BatchUpload;
import ai.cresset.data.arrow.Column;
import ai.cresset.data.arrow.ColumnBatch;
import ai.cresset.data.arrow.ColumnType;
import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a stream as tensors on a device. While one is used, the next one travels there
 * from page-locked memory, beside the kernels.
 *
 * <pre>{@code
 * try (BatchStream rows = reader.open(shares, allocator);
 *     TensorStream batches = new TensorStream(rows, context.device())) {
 *   for (Batch batch = batches.next(); batch != null; batch = batches.next()) { ... }
 * }
 * }</pre>
 *
 * <p>Columns are named tensors: {@code [rows]} for scalars, {@code [rows, length]} for arrays of
 * one length. One thread takes.
 */
public final class TensorStream implements AutoCloseable {
  private final BatchStream stream;
  private final Device device;
  private @Nullable BatchUpload ahead;

  /** Batches on {@code device}; the stream stays the caller's. */
  public TensorStream(BatchStream stream, Device device) {
    this.stream = stream;
    this.device = device;
    for (Column column : stream.schema().columns()) {
      if (!column.type().isFixed()) {
        throw DataException.because(
            "column '"
                + column.name()
                + "' has rows of different lengths, which are no tensor; leave it out, or read it"
                + " from the BatchStream");
      }
    }
  }

  /**
   * The next batch, which the caller closes; null after the last one. Waits for rows where none are
   * read yet.
   */
  public @Nullable Batch next() {
    BatchUpload current = ahead;
    ahead = null;
    if (current == null) {
      current = begin(stream.take());
    }
    if (current == null) {
      return null;
    }
    ahead = begin(stream.poll());
    return current.take();
  }

  private @Nullable BatchUpload begin(@Nullable ColumnBatch rows) {
    if (rows == null) {
      return null;
    }
    try (rows;
        Scope scope = Scope.open("batch of rows")) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Column column : rows.schema().columns()) {
        ColumnType type = column.type();
        Shape shape =
            type instanceof ColumnType.Scalar
                ? Shape.of(rows.rows())
                : Shape.of(rows.rows(), type.length());
        tensors.put(
            column.name(),
            Tensor.view(
                rows.column(column.name()).values(),
                0,
                shape,
                Strides.contiguous(shape),
                type.dtype()));
      }
      BatchUpload upload = BatchUpload.begin(Batch.of(tensors), device);
      upload.tensors().forEach(Scope::detach);
      return upload;
    }
  }

  /** Frees what was not taken. */
  @Override
  public void close() {
    if (ahead != null) {
      ahead.close();
      ahead = null;
    }
  }
}
