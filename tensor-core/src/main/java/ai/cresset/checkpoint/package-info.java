/**
 * Model files and training checkpoints: safetensors, what a training run needs to go on, where it
 * is stored, and who may commit it.
 *
 * <p>Not here: when a checkpoint is taken (the training loop), and remote file systems, which
 * implement {@code CheckpointStore} elsewhere.
 */
@NullMarked
package ai.cresset.checkpoint;

import org.jspecify.annotations.NullMarked;
