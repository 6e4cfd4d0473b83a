package ai.cresset.profile;

/**
 * One run of an operation.
 *
 * @param name of the operation; {@code backward of ...} for its backward pass
 * @param startNanos since the profiler started
 * @param totalNanos until its end
 * @param selfNanos the same without operations inside of it
 * @param allocatedBytes of tensors made inside, including those of operations inside of it
 * @param selfAllocatedBytes the same without operations inside of it
 * @param depth how many operations it ran inside of
 */
public record OpEvent(
    String name,
    long startNanos,
    long totalNanos,
    long selfNanos,
    long allocatedBytes,
    long selfAllocatedBytes,
    int depth) {}
