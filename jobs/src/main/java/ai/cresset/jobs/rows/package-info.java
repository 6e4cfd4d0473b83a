/**
 * Columns of CSV, JSON lines and Parquet files as text, by Spark's own readers, each row with its
 * file and its number.
 *
 * <p>Not here: what the columns mean, and tables whose columns are found out, which are in {@code
 * jobs.table}.
 */
@NullMarked
package ai.cresset.jobs.rows;

import org.jspecify.annotations.NullMarked;
