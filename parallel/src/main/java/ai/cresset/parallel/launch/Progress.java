package ai.cresset.parallel.launch;

import java.io.Serializable;
import java.util.Map;

/**
 * What a worker says about its progress while it runs.
 *
 * @param rank who says it
 * @param step the optimizer step just ended, from 1; 0 before the first
 * @param totalSteps steps of the whole run; 0 if unknown
 * @param metrics numbers by name, such as {@code train.loss} and {@code units_per_second}
 * @param message a line for people; may be empty
 */
public record Progress(
    int rank, long step, long totalSteps, Map<String, Double> metrics, String message)
    implements Serializable {
  public Progress {
    metrics = Map.copyOf(metrics);
  }
}
