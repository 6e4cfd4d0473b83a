/**
 * Data sets in the forms that they are published in: IDX, CIFAR's binary files, CSV, JSON lines and
 * lines of text. Files whose names end in {@code .gz} are read as what they hold.
 *
 * <p>Not here: images and sound, tables as large as a cluster, and Parquet, which Spark reads.
 */
@NullMarked
package ai.cresset.data.file;

import org.jspecify.annotations.NullMarked;
