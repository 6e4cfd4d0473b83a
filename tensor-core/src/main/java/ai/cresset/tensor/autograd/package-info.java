/**
 * The graph that operations record, the engine that runs it backward, hooks, gradient modes and the
 * gradient check.
 *
 * <p>Not here: the derivative of any operation; each stands in the operation's own file.
 */
@NullMarked
package ai.cresset.tensor.autograd;

import org.jspecify.annotations.NullMarked;
