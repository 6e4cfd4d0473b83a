package ai.cresset.jobs.feature;

import ai.cresset.jobs.recipe.ClickLogRecipe;
import ai.cresset.random.Normal;
import ai.cresset.random.Philox;
import java.io.Serializable;

/**
 * How made-up clicks come about. The logit is a sum: a bias, an influence of the user, the item and
 * the page, the mean influence of the tags, a wave over the hours and a slope in the price. Ids are
 * as frequent as a power law says; only the most frequent have an influence, so that it can be
 * learned from the rows there are. Each row is a function of seed and number.
 */
record ClickTruth(ClickLogRecipe recipe) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long SCATTER = 2_654_435_761L;
  private static final int BLOCKS = 5;

  /** A row and the logit of its click. */
  record Drawn(ClickRow row, float logit) {}

  Drawn draw(long number) {
    int[] words = new int[4 * BLOCKS];
    for (int block = 0; block < BLOCKS; block++) {
      Philox.block(recipe.seed(), number * BLOCKS + block, words, 4 * block);
    }
    long user = rank(words[0], recipe.users());
    long item = rank(words[1], recipe.items());
    long page = rank(words[2], recipe.pages());
    int hour = (int) (Philox.uniform(words[3]) * 24);
    double price = Normal.of(words[4], words[5], true);
    long[] tags = new long[(int) (Philox.uniform(words[6]) * 5)];
    double ofTags = 0;
    for (int i = 0; i < tags.length; i++) {
      tags[i] = (long) (Philox.uniform(words[8 + i]) * recipe.tags());
      ofTags += influence(4, tags[i]) / tags.length;
    }
    double logit =
        recipe.bias()
            + influence(1, user)
            + influence(2, item)
            + influence(3, page)
            + ofTags
            + 0.5 * StrictMath.sin(hour * Math.PI / 12)
            + 0.4 * price;
    double probability = 1 / (1 + StrictMath.exp(-logit));
    int click = Philox.uniform(words[7]) < probability ? 1 : 0;
    return new Drawn(
        new ClickRow(
            click,
            scattered(user, recipe.users()),
            scattered(item, recipe.items()),
            scattered(page, recipe.pages()),
            hour,
            price,
            tags),
        (float) logit);
  }

  /** How frequent an id is among all, from 0: the inverse of a continuous power law. */
  private long rank(int word, long ids) {
    double power = 1 - recipe.exponent();
    double u = ((word >>> 8) + 0.5) * 0x1p-24;
    double whole = StrictMath.pow(ids + 1.0, power) - 1;
    long rank = (long) StrictMath.pow(1 + u * whole, 1 / power) - 1;
    return Math.min(ids - 1, Math.max(0, rank));
  }

  /** Frequent ids are spread over all; another id for each rank if the factor has no divisor. */
  private static long scattered(long rank, long ids) {
    return ids % SCATTER == 0 ? rank : Math.floorMod(rank * SCATTER, ids);
  }

  private double influence(int column, long rank) {
    if (rank >= recipe.influential()) {
      return 0;
    }
    int[] words = new int[4];
    Philox.block(~recipe.seed() + column, rank, words, 0);
    return recipe.strength() * Normal.of(words[0], words[1], true);
  }
}
