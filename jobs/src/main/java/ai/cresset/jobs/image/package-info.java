/**
 * Images in IDX files, the format of the MNIST family: finding, checking and splitting them, and
 * turning them into DataFrames.
 *
 * <p>Not here: models, and how DataFrames become tensors.
 */
@NullMarked
package ai.cresset.jobs.image;

import org.jspecify.annotations.NullMarked;
