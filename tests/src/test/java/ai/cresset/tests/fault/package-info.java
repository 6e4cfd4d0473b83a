/**
 * Executors that are killed or stopped: what survivors say, and that no bit of the result changes.
 *
 * <p>Not here: faults of one process group ({@code ai.cresset.parallel}).
 */
@NullMarked
package ai.cresset.tests.fault;

import org.jspecify.annotations.NullMarked;
