/**
 * How samples are divided into those to train, to validate and to test on, what data in these three
 * parts are, and files that are decoded once and divided.
 *
 * <p>Not here: their formats.
 */
@NullMarked
package ai.cresset.jobs.split;

import org.jspecify.annotations.NullMarked;
