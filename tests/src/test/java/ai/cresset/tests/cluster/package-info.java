/**
 * Whole jobs on a cluster of processes: data on its way from frames and file systems into workers.
 *
 * <p>Not here: what happens when processes die ({@code ai.cresset.tests.fault}).
 */
@NullMarked
package ai.cresset.tests.cluster;

import org.jspecify.annotations.NullMarked;
