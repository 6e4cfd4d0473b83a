/**
 * A multilayer perceptron on the rows of a table.
 *
 * <p>Not here: columns, their profiles and how rows are encoded, which are in {@code jobs.table}.
 */
@NullMarked
package ai.cresset.jobs.workload.table;

import org.jspecify.annotations.NullMarked;
