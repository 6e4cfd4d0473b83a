package ai.cresset.spark.data;

import ai.cresset.data.arrow.Column;
import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/**
 * A column of a DataFrame and what it becomes.
 *
 * @param source the column's type in Spark
 * @param target name and form in batches
 */
record BoundColumn(DataType source, Column target) implements Serializable {}
