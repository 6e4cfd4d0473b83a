package ai.cresset.spark.data;

import ai.cresset.data.arrow.BatchBuffer;
import ai.cresset.data.arrow.ColumnBatch;
import ai.cresset.data.arrow.DatasetSchema;
import ai.cresset.error.DataException;
import ai.cresset.error.LaunchException;
import ai.cresset.memory.Allocator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;
import org.jspecify.annotations.Nullable;

/**
 * Batches of a fixed number of rows, read ahead on a thread of its own. When the worker is slower
 * the thread waits; when the worker is faster it waits, without a time limit.
 *
 * <p>One thread takes; {@link #close} before the task ends.
 */
public final class BatchStream implements AutoCloseable {
  /** The most bytes that a batch may take. */
  static final long MAX_BYTES = 1L << 30;

  private final FrameScan.Opener opener;
  private final Iterator<PartitionRows<Object>> partitions;
  private final Allocator allocator;
  private final int batchRows;
  private final int queuedBatches;
  private final Deque<ColumnBatch> queue = new ArrayDeque<>();
  private final Thread thread;
  private @Nullable Throwable failure;
  private boolean finished;
  private boolean closed;
  private long rowsRead;
  private long rowsDropped;
  private long rowsTaken;

  BatchStream(
      FrameScan.Opener opener,
      Iterator<PartitionRows<Object>> partitions,
      Allocator allocator,
      int batchRows,
      int queuedBatches) {
    this.opener = opener;
    this.partitions = partitions;
    this.allocator = allocator;
    this.batchRows = batchRows;
    this.queuedBatches = queuedBatches;
    TaskContext task = TaskContext.get();
    this.thread = new Thread(() -> readAhead(task), "cresset-feed");
    thread.setDaemon(true);
    thread.start();
  }

  /** The columns of the batches. */
  public DatasetSchema schema() {
    return opener.schema();
  }

  private void readAhead(@Nullable TaskContext task) {
    if (task != null) {
      // Spark's readers look for the task they work for on their own thread.
      TaskContext$.MODULE$.setTaskContext(task);
    }
    Throwable thrown = null;
    try {
      read();
    } catch (InterruptedException e) {
      // close() wants it so
    } catch (Throwable e) {
      thrown = e;
    } finally {
      TaskContext$.MODULE$.unset();
    }
    synchronized (this) {
      failure = thrown;
      finished = true;
      notifyAll();
    }
  }

  private void read() throws InterruptedException {
    try (BatchBuffer buffer = new BatchBuffer(opener.schema(), allocator, batchRows, MAX_BYTES)) {
      while (partitions.hasNext()) {
        PartitionRows<Object> partition = partitions.next();
        BatchFiller filler = opener.open(partition.rows(), partition.partition());
        boolean more = true;
        while (more) {
          more = filler.fill(buffer);
          if (buffer.isFull()) {
            put(buffer);
          }
        }
        count(filler);
      }
      if (buffer.rows() > 0) {
        put(buffer);
      }
    }
  }

  private synchronized void count(BatchFiller filler) {
    rowsRead += filler.rowsRead();
    rowsDropped += filler.rowsDropped();
  }

  private void put(BatchBuffer buffer) throws InterruptedException {
    if (buffer.isFull() && buffer.rows() < batchRows) {
      throw DataException.because(
          "a batch of "
              + buffer.rows()
              + " rows takes more than "
              + MAX_BYTES
              + " bytes, and "
              + batchRows
              + " rows were asked for; use smaller batches");
    }
    ColumnBatch batch = buffer.take();
    synchronized (this) {
      try {
        while (queue.size() >= queuedBatches && !closed) {
          wait();
        }
      } catch (InterruptedException e) {
        batch.close();
        throw e;
      }
      if (closed) {
        batch.close();
        throw new InterruptedException();
      }
      queue.add(batch);
      notifyAll();
    }
  }

  /** The next batch, which the caller closes; null after the last one. */
  public synchronized @Nullable ColumnBatch take() {
    try {
      while (queue.isEmpty() && !finished) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LaunchException.cancelled("interrupted while waiting for a batch", e);
    }
    ColumnBatch batch = poll();
    if (batch != null) {
      return batch;
    }
    if (failure != null) {
      throw failure instanceof RuntimeException unchecked
          ? unchecked
          : DataException.because("reading the partition failed: " + failure, failure);
    }
    return null;
  }

  /** The next batch if one is read already, which the caller closes; null otherwise. */
  public synchronized @Nullable ColumnBatch poll() {
    ColumnBatch batch = queue.poll();
    if (batch != null) {
      rowsTaken += batch.rows();
      notifyAll();
    }
    return batch;
  }

  /** Rows read from finished partitions so far. */
  public synchronized long rowsRead() {
    return rowsRead;
  }

  /** Rows of finished partitions left out because they hold nulls. */
  public synchronized long rowsDropped() {
    return rowsDropped;
  }

  /** Rows of the batches taken so far. */
  public synchronized long rowsTaken() {
    return rowsTaken;
  }

  /** Stops reading and frees what waits. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    synchronized (this) {
      queue.forEach(ColumnBatch::close);
      queue.clear();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
