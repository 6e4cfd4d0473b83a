/**
 * Training what a recipe says: what the driver prepares, the loops that workers run, the run's
 * directory, what is said about it.
 *
 * <p>Not here: what the kinds of recipes differ in, which is a {@code Workload}; the training loop
 * itself; how texts, images and tables become DataFrames.
 */
@NullMarked
package ai.cresset.jobs.train;

import org.jspecify.annotations.NullMarked;
