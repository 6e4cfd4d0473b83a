package ai.cresset.model;

import ai.cresset.error.ConfigException;
import java.util.List;

/**
 * The shape of a {@link WideAndDeep} or a {@link DeepFm}.
 *
 * @param numbers how many numeric columns there are
 * @param width the length of an id's vector; its table is one wider, for the weight of the id alone
 * @param hidden sizes of the hidden layers, at least one
 */
public record RankingConfig(int numbers, int width, List<Integer> hidden) {
  public RankingConfig {
    hidden = List.copyOf(hidden);
    if (numbers < 0) {
      throw ConfigException.value("RankingConfig.numbers", numbers, "0 or a number above");
    }
    if (width < 1) {
      throw ConfigException.value("RankingConfig.width", width, "a number of at least 1");
    }
    if (hidden.isEmpty() || hidden.stream().anyMatch(size -> size < 1)) {
      throw ConfigException.value("RankingConfig.hidden", hidden, "sizes of at least 1");
    }
  }

  /** Numbers in a row of a table: the weight of the id alone, then its vector. */
  public int tableWidth() {
    return 1 + width;
  }
}
