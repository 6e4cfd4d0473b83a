/**
 * Counter-based random numbers: Philox4x32-10 and the generators that hand out its counters.
 *
 * <p>Not here: filling tensors; backends do that from a key, so that every backend gives the same
 * bits.
 */
@NullMarked
package ai.cresset.random;

import org.jspecify.annotations.NullMarked;
