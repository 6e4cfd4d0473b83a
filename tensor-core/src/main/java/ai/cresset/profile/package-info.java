/**
 * Where time and memory go: a profiler of operations with a table and a Chrome trace, and what an
 * allocator holds.
 *
 * <p>Not here: speed and loss of a training run, which {@code ai.cresset.report} and {@code
 * ai.cresset.train} record.
 */
@NullMarked
package ai.cresset.profile;

import org.jspecify.annotations.NullMarked;
