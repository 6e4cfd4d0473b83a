package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;

/**
 * The section {@code output}.
 *
 * @param dir where checkpoints, what turns data into inputs, logs and the report go, on a file system
 *     that all workers see; relative paths start where the command was given
 * @param logs how the figures of the run are written to {@code logs/} while it runs
 * @param histograms whether TensorBoard's log has histograms of the weights at each evaluation
 * @param samples how many predictions the page at the end shows; 0 for none
 */
public record OutputSettings(String dir, List<Log> logs, boolean histograms, int samples)
    implements Serializable {
  public OutputSettings {
    Check.notBlank("output.dir", dir);
    logs = List.copyOf(logs);
    if (new HashSet<>(logs).size() < logs.size()) {
      throw ConfigException.value("output.logs", logs, "each kind once");
    }
    if (histograms && !logs.contains(Log.TENSORBOARD)) {
      throw ConfigException.value(
          "output.histograms", true, "false, because output.logs has no tensorboard");
    }
    Check.atLeast("output.samples", samples, 0);
  }

  /** Kinds of logs. */
  public enum Log {
    /** Event files, which TensorBoard shows. */
    TENSORBOARD,
    /** {@code metrics.csv}: step, name, value. */
    CSV,
    /** {@code metrics.jsonl}: an object a line. */
    JSON
  }
}
