package ai.cresset.train;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.error.ConfigException;
import java.util.Map;

/**
 * Where and how often checkpoints are taken. One is always taken at the end.
 *
 * @param store where they are; every rank reaches the same
 * @param run unique for a submission of the job, the same in all its attempts and on all ranks
 * @param attempt which attempt this is, from 0: later ones fence off earlier ones
 * @param every steps between checkpoints; 0 for only at the end
 * @param keep how many stay
 * @param resume what to do with those that are there
 * @param properties what to store along, such as what is needed to use the model
 * @param background whether training goes on while a checkpoint is written, from a copy of the
 *     state; only where every rank stores its part
 */
public record CheckpointPolicy(
    CheckpointStore store,
    String run,
    int attempt,
    long every,
    int keep,
    Resume resume,
    Map<String, String> properties,
    boolean background) {
  /** The same, with training waiting for each checkpoint. */
  public CheckpointPolicy(
      CheckpointStore store,
      String run,
      int attempt,
      long every,
      int keep,
      Resume resume,
      Map<String, String> properties) {
    this(store, run, attempt, every, keep, resume, properties, false);
  }

  public CheckpointPolicy {
    if (every < 0) {
      throw ConfigException.value("checkpoint.every", every, "at least 0");
    }
    if (keep < 1) {
      throw ConfigException.value("checkpoint.keep", keep, "at least 1");
    }
    properties = Map.copyOf(properties);
  }

  /** The same, written while training goes on or not. */
  public CheckpointPolicy withBackground(boolean wanted) {
    return new CheckpointPolicy(store, run, attempt, every, keep, resume, properties, wanted);
  }
}
