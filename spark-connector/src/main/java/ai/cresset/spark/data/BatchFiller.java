package ai.cresset.spark.data;

import ai.cresset.data.arrow.BatchBuffer;

/** Moves the rows of one partition into batch buffers. Confined to one thread. */
interface BatchFiller {
  /** Adds rows until the buffer is full or there are no more: whether there may be more. */
  boolean fill(BatchBuffer buffer);

  /** Rows read so far. */
  long rowsRead();

  /** Rows left out so far because they hold nulls and were asked to be left out. */
  long rowsDropped();
}
