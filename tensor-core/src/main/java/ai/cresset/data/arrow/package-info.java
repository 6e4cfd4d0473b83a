/**
 * Materialised data sets: a directory of Arrow IPC files and a manifest. Buffers that collect rows,
 * the part writer, the memory-mapped reader, and the seam through which parts of remote file
 * systems become local files.
 *
 * <p>Not here: tensors, samplers and loaders ({@code ai.cresset.data}), Spark and Hadoop.
 */
@NullMarked
package ai.cresset.data.arrow;

import org.jspecify.annotations.NullMarked;
