/**
 * A small key-value store through which ranks find and wait for each other, in memory and over TCP.
 *
 * <p>Not here: tensors. Values are small.
 */
@NullMarked
package ai.cresset.parallel.comm.store;

import org.jspecify.annotations.NullMarked;
