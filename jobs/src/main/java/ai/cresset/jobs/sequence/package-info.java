/**
 * Labelled texts and pairs of texts in CSV files: finding and splitting them, their vocabularies,
 * and turning them into DataFrames of tokens.
 *
 * <p>Not here: models, and how DataFrames become tensors.
 */
@NullMarked
package ai.cresset.jobs.sequence;

import org.jspecify.annotations.NullMarked;
