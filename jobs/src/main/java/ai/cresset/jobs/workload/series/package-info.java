/**
 * Forecasters of time series: what is trained, and how good it is beside the seasonal naive
 * forecast.
 *
 * <p>Not here: how rows become windows, which is in {@code jobs.series}.
 */
@NullMarked
package ai.cresset.jobs.workload.series;

import org.jspecify.annotations.NullMarked;
