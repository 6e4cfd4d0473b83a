/**
 * Tables in CSV files: reading and checking them, finding out what their columns are, splitting
 * their rows, and turning them into DataFrames of numbers.
 *
 * <p>Not here: models, and how DataFrames become tensors.
 */
@NullMarked
package ai.cresset.jobs.table;

import org.jspecify.annotations.NullMarked;
