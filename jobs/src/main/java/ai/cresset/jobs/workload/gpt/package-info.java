/**
 * A GPT language model on the tokens of a text.
 *
 * <p>Not here: tokenizers and how a text becomes tokens, which are in {@code jobs.text}.
 */
@NullMarked
package ai.cresset.jobs.workload.gpt;

import org.jspecify.annotations.NullMarked;
