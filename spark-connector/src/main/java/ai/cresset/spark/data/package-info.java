/**
 * DataFrames as batches in native memory: the two readers (columnar batches and internal rows),
 * data sets written by a Spark job, batches streamed into a running worker, parts on Hadoop file
 * systems.
 *
 * <p>Not here: the files themselves ({@code ai.cresset.data.arrow}) and tensors.
 */
@NullMarked
package ai.cresset.spark.data;

import org.jspecify.annotations.NullMarked;
