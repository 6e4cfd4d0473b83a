package ai.cresset.train;

import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import java.util.Optional;

/**
 * Checkpoints that every rank stores its part of. Methods are called by all ranks in the same
 * order, and fail on all of them.
 */
public interface CheckpointParts extends AutoCloseable {
  /**
   * The newest whole checkpoint, the same on all ranks, whatever layout it was stored from.
   *
   * @throws ai.cresset.error.CheckpointException if there are checkpoints and none is whole
   */
  Optional<TrainingCheckpoint> latest();

  /** Copies this rank's parts of weights and optimizer state out of a checkpoint. */
  void load(TrainingCheckpoint checkpoint);

  /**
   * Stores a checkpoint.
   *
   * @param background whether it is written while training goes on; then {@link #committed} gives
   *     its name
   */
  void save(TrainingState.Progress progress, boolean background);

  /**
   * The name of the last checkpoint that was committed; empty if none was.
   *
   * @param wait whether to wait for the one that is being written
   * @throws ai.cresset.error.CheckpointException if it could not be
   */
  String committed(boolean wait);

  /** Waits for what is being written. */
  @Override
  void close();
}
