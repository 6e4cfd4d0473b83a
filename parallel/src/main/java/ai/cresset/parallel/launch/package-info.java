/**
 * How workers come to life, whatever starts them: the {@code Launcher} contract, what a worker is
 * told, and the launcher of local processes.
 *
 * <p>Not here: Spark, which is one more launcher, in its own module.
 */
@NullMarked
package ai.cresset.parallel.launch;

import org.jspecify.annotations.NullMarked;
