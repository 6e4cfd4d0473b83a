/**
 * Classifiers of sounds: what is trained, and how sounds vary while it trains.
 *
 * <p>Not here: how WAV files become a DataFrame, which is in {@code jobs.audio}.
 */
@NullMarked
package ai.cresset.jobs.workload.audio;

import org.jspecify.annotations.NullMarked;
