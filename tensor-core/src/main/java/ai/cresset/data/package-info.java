/**
 * From stored samples to the batches of a step: data sets, samplers whose step is a pure function
 * of seed, epoch and step, token streams, and the loader that reads ahead.
 *
 * <p>Not here: reading Spark's data frames, and who trains on which share (the caller says so).
 */
@NullMarked
package ai.cresset.data;

import org.jspecify.annotations.NullMarked;
