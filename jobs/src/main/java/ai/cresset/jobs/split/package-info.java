/**
 * How labelled samples are divided into those to train, to validate and to test on.
 *
 * <p>Not here: reading them.
 */
@NullMarked
package ai.cresset.jobs.split;

import org.jspecify.annotations.NullMarked;
