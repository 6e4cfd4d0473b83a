/**
 * Labelled sounds in WAV files: finding and splitting them, bringing them to one rate and length,
 * and what turns them into pictures of their frequencies.
 *
 * <p>Not here: models, and how DataFrames become tensors.
 */
@NullMarked
package ai.cresset.jobs.audio;

import org.jspecify.annotations.NullMarked;
