package ai.cresset.jobs.train;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.ModelFolder;
import ai.cresset.checkpoint.StoredTensors;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.memory.Allocator;
import ai.cresset.spark.checkpoint.HadoopCheckpointStore;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Puts the weights of a checkpoint together in a folder as Hugging Face lays it out, in this
 * process. No more than one file of it is in memory at once.
 *
 * @param directory a training run's {@code output.dir}
 * @param step which checkpoint; null for the newest
 */
public record ConsolidateJob(String directory, @Nullable Long step) {
  /**
   * Writes the folder.
   *
   * @param folder on any Hadoop file system, not there yet
   * @param maxFileBytes the most bytes of tensors in one file
   * @return what was written, one line
   */
  public String run(String folder, long maxFileBytes, Configuration configuration) {
    TrainingCheckpoint checkpoint =
        TrainedWeights.checkpoint(new RunDirectory(directory, configuration), step);
    int end = folder.endsWith("/") ? folder.length() - 1 : folder.length();
    int slash = folder.lastIndexOf('/', end - 1);
    String parent = slash < 0 ? "." : slash == 0 ? "/" : folder.substring(0, slash);
    CheckpointStore store = HadoopCheckpointStore.open(parent, configuration);
    try (Allocator allocator = Allocator.create("consolidate", Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind();
        StoredTensors weights = checkpoint.model()) {
      List<String> files =
          ModelFolder.write(weights, store, folder.substring(slash + 1, end), maxFileBytes);
      return weights.tensors().size()
          + " tensors of "
          + checkpoint.name()
          + " in "
          + folder
          + ": "
          + String.join(", ", files);
    }
  }
}
