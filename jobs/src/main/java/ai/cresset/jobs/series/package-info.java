/**
 * Time series in files: reading and checking them, splitting their time, and cutting windows for a
 * model that forecasts.
 *
 * <p>Not here: models, and how DataFrames become tensors.
 */
@NullMarked
package ai.cresset.jobs.series;

import org.jspecify.annotations.NullMarked;
