/**
 * The settings of each job, as records: one record a section, one component a key. A component
 * {@code globalBatch} of the section {@code train} is the key {@code train.global_batch}.
 *
 * <p>Ranges are checked by the records themselves. Not here: reading files ({@code config}).
 */
@NullMarked
package ai.cresset.jobs.recipe;

import org.jspecify.annotations.NullMarked;
