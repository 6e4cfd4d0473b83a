/**
 * A classifier of texts, and a model that writes one text from another.
 *
 * <p>Not here: vocabularies and how lines become a DataFrame, which are in {@code jobs.sequence}.
 */
@NullMarked
package ai.cresset.jobs.workload.sequence;

import org.jspecify.annotations.NullMarked;
