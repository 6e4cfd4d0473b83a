package ai.cresset.nn.recompute;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.autograd.RecomputePolicy;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which blocks of a stack are recomputed, and what they keep meanwhile. */
public sealed interface RecomputePlan {
  /** Keeps everything. */
  RecomputePlan NONE = new None();

  /** Every block keeps its input only. */
  RecomputePlan FULL = new EveryBlock(1, RecomputePolicy.NOTHING);

  /** Every block keeps its input and the results of products, attention and convolutions. */
  RecomputePlan SELECTIVE = selective(RecomputePolicy.PRODUCTS);

  /** The words of {@link #parse}. */
  String WORDS = "none, full, every_<k> such as every_2, selective";

  /** The last of each {@code k} blocks keeps its input only; the others keep everything. */
  static RecomputePlan everyBlock(int k) {
    return new EveryBlock(k, RecomputePolicy.NOTHING);
  }

  /** Every block keeps its input and what {@code policy} says. */
  static RecomputePlan selective(RecomputePolicy policy) {
    return new EveryBlock(1, policy);
  }

  /**
   * The plan of a word of a recipe.
   *
   * @throws ConfigException unless it is one of {@link #WORDS}
   */
  static RecomputePlan parse(String word) {
    Matcher every = Pattern.compile("every_([1-9][0-9]{0,5})").matcher(word);
    if (every.matches()) {
      return everyBlock(Integer.parseInt(every.group(1)));
    }
    return switch (word) {
      case "none" -> NONE;
      case "full" -> FULL;
      case "selective" -> SELECTIVE;
      default -> throw ConfigException.value("recompute", word, "one of " + WORDS);
    };
  }

  /** No block. */
  record None() implements RecomputePlan {}

  /**
   * Blocks {@code k - 1}, {@code 2k - 1}, ...
   *
   * @param k at least 1
   * @param policy what such a block keeps besides its input
   */
  record EveryBlock(int k, RecomputePolicy policy) implements RecomputePlan {
    public EveryBlock {
      if (k < 1) {
        throw ConfigException.value("recompute.every", k, "at least 1");
      }
    }
  }
}
