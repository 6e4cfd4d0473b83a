package ai.cresset.profile;

/**
 * All runs of one operation.
 *
 * @param name of the operation
 * @param calls how often it ran
 * @param totalNanos time until its ends; runs inside of runs of the same name count once
 * @param selfNanos time outside of operations inside of it
 * @param allocatedBytes of tensors it made, without operations inside of it
 */
public record OpSummary(
    String name, long calls, long totalNanos, long selfNanos, long allocatedBytes) {}
