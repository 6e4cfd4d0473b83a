package ai.cresset.spark.data;

import ai.cresset.data.arrow.BatchBuffer;
import ai.cresset.data.arrow.ColumnBatch;
import ai.cresset.data.arrow.DatasetSchema;
import ai.cresset.data.arrow.Manifest;
import ai.cresset.data.arrow.PartWriter;
import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.util.SerializableConfiguration;

/** Writes one partition into a file of its own, named after the task's attempt. */
final class PartTask implements Function2<Integer, Iterator<Object>, Iterator<PartTask.Written>> {
  private static final long serialVersionUID = 1L;

  private final FrameScan.Opener opener;
  private final String directory;
  private final int maxBatchRows;
  private final long maxBatchBytes;
  private final SerializableConfiguration configuration;

  /**
   * A written file.
   *
   * @param file its name in the attempt directory
   * @param part what the manifest will say
   */
  record Written(int partition, String file, Manifest.Part part, long read, long dropped)
      implements Serializable {}

  PartTask(
      FrameScan.Opener opener,
      String directory,
      FrameWriterOptions options,
      SerializableConfiguration configuration) {
    this.opener = opener;
    this.directory = directory;
    this.maxBatchRows = options.maxBatchRows();
    this.maxBatchBytes = options.maxBatchBytes();
    this.configuration = configuration;
  }

  @Override
  public Iterator<Written> call(Integer partition, Iterator<Object> rows) throws IOException {
    String name = Manifest.partName(partition);
    String file = name + "." + TaskContext.get().taskAttemptId();
    Path path = new Path(directory, file);
    FileSystem system = DatasetFileSystem.of(path, configuration.value());
    DatasetSchema schema = opener.schema();
    BatchFiller filler = opener.open(rows, partition);
    Allocator allocator = Allocator.current();
    try (OutputStream out = system.create(path, false);
        BatchBuffer buffer = new BatchBuffer(schema, allocator, maxBatchRows, maxBatchBytes);
        PartWriter writer = new PartWriter(name, out, schema, allocator)) {
      boolean more = true;
      while (more) {
        more = filler.fill(buffer);
        try (ColumnBatch batch = buffer.view()) {
          writer.append(batch);
        }
        buffer.clear();
      }
      Manifest.Part part = writer.finish();
      if (part.rows() > Integer.MAX_VALUE) {
        throw DataException.because(
            "partition "
                + partition
                + " has "
                + part.rows()
                + " rows; a part takes 2147483647, use more partitions");
      }
      return List.of(new Written(partition, file, part, filler.rowsRead(), filler.rowsDropped()))
          .iterator();
    }
  }
}
