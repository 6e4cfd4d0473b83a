package ai.cresset.jobs.recipe;

import java.io.Serializable;
import ai.cresset.jobs.config.Check;

/**
 * The section {@code output}.
 *
 * @param dir where checkpoints, the tokenizer and the report go, on a file system that all workers
 *     see; relative paths start where the command was given
 */
public record OutputSettings(String dir) implements Serializable {
  public OutputSettings {
    Check.notBlank("output.dir", dir);
  }
}
