/**
 * Training a GPT from a recipe: what the driver prepares, what the workers do, what is said about
 * it.
 *
 * <p>Not here: the training loop itself, and how text becomes tokens.
 */
@NullMarked
package ai.cresset.jobs.train;

import org.jspecify.annotations.NullMarked;
