package ai.cresset.backend.cpu;

import ai.cresset.type.DType;

/**
 * Folds runs of elements into numbered partial results ("slots"). A run is {@code rows} rows of
 * {@code length} elements that lie {@code stride} apart; rows follow each other without a gap, and
 * there is more than one only if all fit into a block.
 */
abstract class Reducer {
  /** Folds each row into a slot of its own, from {@code slot} on. */
  abstract void foldRows(
      int slot, int rows, int length, DType dtype, long address, long stride, Scratch scratch);

  /** Folds all rows into the same {@code length} columns, held until {@link #endColumns}. */
  abstract void foldColumns(
      int rows, int length, DType dtype, long address, long stride, Scratch scratch);

  /** Starts {@code length} columns. */
  abstract void beginColumns(int length, Scratch scratch);

  /** Folds the columns into slots from {@code slot} on. */
  abstract void endColumns(int slot, int length);

  /** A reducer for another thread, on the same slots but with columns of its own. */
  abstract Reducer sharing();

  /** Folds one slot into another. */
  abstract void merge(int into, int from);

  /** Stores a slot's result. */
  abstract void store(int slot, DType dtype, long address, Scratch scratch);
}
