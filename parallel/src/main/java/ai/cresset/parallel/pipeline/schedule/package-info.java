/**
 * Orders of pipeline parallelism as data: who computes what when, which messages that takes, how
 * long it lasts, and whether it can run at all. Pure values and functions.
 *
 * <p>Not here: tensors, models and messages themselves ({@code parallel.pipeline}).
 */
@NullMarked
package ai.cresset.parallel.pipeline.schedule;

import org.jspecify.annotations.NullMarked;
