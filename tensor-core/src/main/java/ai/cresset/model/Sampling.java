package ai.cresset.model;

import ai.cresset.error.ConfigException;

/**
 * How the next token is chosen from its scores.
 *
 * @param temperature what scores are divided by; 0 takes the best token
 * @param topK how many of the best tokens may be chosen; 0 for all
 */
public record Sampling(double temperature, int topK) {
  /** Always the best token. */
  public static final Sampling GREEDY = new Sampling(0, 0);

  public Sampling {
    if (!(temperature >= 0)) {
      throw ConfigException.value("temperature", temperature, "a number of at least 0");
    }
    if (topK < 0) {
      throw ConfigException.value("topK", topK, "a number of at least 0");
    }
  }
}
