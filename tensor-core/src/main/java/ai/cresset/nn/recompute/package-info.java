/**
 * Activation recomputation for modules that know nothing of it: which blocks of a model, and what
 * they keep.
 *
 * <p>Not here: how a function is run again (autograd).
 */
@NullMarked
package ai.cresset.nn.recompute;

import org.jspecify.annotations.NullMarked;
