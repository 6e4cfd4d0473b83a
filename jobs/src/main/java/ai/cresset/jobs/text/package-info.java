/**
 * From text to tokens, in Spark: listing files and archives, decoding, tokenizers, the split into
 * training and validation, and the account of what was read.
 *
 * <p>Not here: tensors and batches. What leaves this package is a DataFrame of tokens.
 */
@NullMarked
package ai.cresset.jobs.text;

import org.jspecify.annotations.NullMarked;
