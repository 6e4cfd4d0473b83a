/**
 * Sparse columns as ids: hashing, vocabularies, buckets, crosses, columns of several values; and
 * logs of clicks that are made up.
 *
 * <p>Not here: models, and how DataFrames become tensors.
 */
@NullMarked
package ai.cresset.jobs.feature;

import org.jspecify.annotations.NullMarked;
