/**
 * Sums of gradients over ranks in fewer bytes, at the price of some accuracy.
 *
 * <p>Not here: which gradients travel together, and when.
 */
@NullMarked
package ai.cresset.parallel.comm.compression;

import org.jspecify.annotations.NullMarked;
