package ai.cresset.tensor.op;

/**
 * Sees the operations of one thread, for profilers. Calls nest: an operation may run others inside.
 * Bound with {@code Mode.observer}.
 */
public interface OpObserver {
  /** An operation, or the backward pass of one, begins. */
  void begin(String name);

  /** The innermost operation that began last has ended, well or not. */
  void end();

  /** A tensor's memory was allocated. */
  void allocated(long bytes);
}
