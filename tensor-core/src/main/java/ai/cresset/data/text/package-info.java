/**
 * From words to batches of numbers: vocabularies, plain tokenizing and padding.
 *
 * <p>Not here: reading files, and subword tokenizers.
 */
@NullMarked
package ai.cresset.data.text;

import org.jspecify.annotations.NullMarked;
