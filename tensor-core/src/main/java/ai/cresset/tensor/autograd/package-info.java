/**
 * The graph that operations record and the engine that runs it backward; hooks, modes, functions of
 * users, recomputation, derivatives of functions and the gradient check.
 *
 * <p>Not here: the derivative of any operation; each stands in the operation's own file.
 */
@NullMarked
package ai.cresset.tensor.autograd;

import org.jspecify.annotations.NullMarked;
