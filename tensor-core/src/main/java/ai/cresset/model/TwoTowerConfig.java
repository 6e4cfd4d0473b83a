package ai.cresset.model;

import ai.cresset.error.ConfigException;
import java.util.List;

/**
 * The shape of a {@link TwoTower}.
 *
 * @param width the length of an id's vector
 * @param hidden sizes of the hidden layers of each tower; may be empty
 * @param features length of what both towers end in
 * @param temperature scores are divided by it
 */
public record TwoTowerConfig(int width, List<Integer> hidden, int features, double temperature) {
  public TwoTowerConfig {
    hidden = List.copyOf(hidden);
    if (width < 1 || features < 1 || hidden.stream().anyMatch(size -> size < 1)) {
      throw ConfigException.value(
          "TwoTowerConfig.width, hidden, features",
          width + ", " + hidden + ", " + features,
          "numbers of at least 1");
    }
    if (!(temperature > 0)) {
      throw ConfigException.value("TwoTowerConfig.temperature", temperature, "a number above 0");
    }
  }
}
