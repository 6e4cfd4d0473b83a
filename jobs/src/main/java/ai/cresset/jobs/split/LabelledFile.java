package ai.cresset.jobs.split;

/**
 * A file whose folder is its class.
 *
 * @param path with scheme
 * @param name below the directory of all
 * @param label its class, from 0
 * @param test whether it lies in the folder for the test
 * @param length bytes
 * @param modified when it was last changed
 */
public record LabelledFile(
    String path, String name, int label, boolean test, long length, long modified) {}
