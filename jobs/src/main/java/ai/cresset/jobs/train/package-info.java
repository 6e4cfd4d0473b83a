/**
 * Training what a recipe says: what the driver prepares, what the workers do, what is said about
 * it. A {@code Workload} is what the kinds of recipes differ in.
 *
 * <p>Not here: the training loop itself, and how texts, images and tables become DataFrames.
 */
@NullMarked
package ai.cresset.jobs.train;

import org.jspecify.annotations.NullMarked;
