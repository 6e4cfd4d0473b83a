/**
 * The specification: every backend method in plain Java loops, slow and obvious, computed in double
 * precision where the type allows. Other backends are tested against it.
 *
 * <p>Not here: anything fast.
 */
@NullMarked
package ai.cresset.backend.reference;

import org.jspecify.annotations.NullMarked;
