package ai.cresset.jobs.recipe;

import java.io.Serializable;
import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;

/**
 * The section {@code sample}: text that the model continues.
 *
 * @param prompt what it continues; at least one character
 * @param tokens how many tokens to add; 0 for no sample
 * @param temperature above 1 is more varied, below 1 less; 0 always takes the likeliest token
 * @param topK choose among the k likeliest tokens only; 0 for all
 */
public record SampleSettings(String prompt, int tokens, double temperature, int topK) implements Serializable {
  public SampleSettings {
    if (prompt.isEmpty()) {
      throw ConfigException.value("sample.prompt", "''", "at least one character, such as \"\\n\"");
    }
    Check.atLeast("sample.tokens", tokens, 0);
    Check.notNegative("sample.temperature", temperature);
    Check.atLeast("sample.top_k", topK, 0);
  }
}
