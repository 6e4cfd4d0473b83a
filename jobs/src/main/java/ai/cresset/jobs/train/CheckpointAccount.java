package ai.cresset.jobs.train;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.error.CheckpointException;
import java.util.Locale;

/** What a run's checkpoints are, in words. */
final class CheckpointAccount {
  private CheckpointAccount() {}

  /** A line for each checkpoint; empty if there is none. */
  static String of(CheckpointDirectory directory) {
    StringBuilder text = new StringBuilder();
    for (String name : directory.names()) {
      text.append("checkpoint  ").append(name).append(": ").append(words(directory, name));
      text.append('\n');
    }
    return text.toString();
  }

  private static String words(CheckpointDirectory directory, String name) {
    TrainingCheckpoint checkpoint;
    try {
      checkpoint = directory.open(name, CheckpointDirectory.Check.SIZES);
    } catch (CheckpointException e) {
      return "damaged, " + e.getMessage();
    }
    TrainingState state = checkpoint.state();
    long bytes = state.files().values().stream().mapToLong(TrainingState.StoredFile::bytes).sum();
    long shards = state.files().keySet().stream().filter(file -> file.startsWith("shard-")).count();
    return String.format(
        Locale.ROOT,
        "%,d bytes, %s of %d workers, goes on with any number",
        bytes,
        checkpoint.isSharded() ? shards + " shards" : "one file each for model and optimizer",
        state.worldSize());
  }
}
