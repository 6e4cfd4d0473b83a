/**
 * Checkpoints on Hadoop file systems.
 *
 * <p>Not here: what a checkpoint consists of, and who may commit it.
 */
@NullMarked
package ai.cresset.spark.checkpoint;

import org.jspecify.annotations.NullMarked;
