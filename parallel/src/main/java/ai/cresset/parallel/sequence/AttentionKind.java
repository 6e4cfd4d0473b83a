package ai.cresset.parallel.sequence;

import ai.cresset.error.ConfigException;
import java.util.Locale;

/** How ranks that share the positions of a sequence attend to each other's. */
public enum AttentionKind {
  /**
   * Keys and values travel from rank to rank, and each rank meets all of them with its queries (Liu
   * et al., "Ring Attention", 2023). Any number of heads; memory of a rank is that of its share.
   */
  RING,
  /**
   * Around attention each rank exchanges its positions of all heads for all positions of some heads
   * (Jacobs et al., "DeepSpeed Ulysses", 2023). Needs at least as many heads as ranks.
   */
  ULYSSES;

  /**
   * The kind of a word of a recipe.
   *
   * @throws ConfigException for any other word
   */
  public static AttentionKind parse(String word) {
    for (AttentionKind each : values()) {
      if (each.toString().equals(word)) {
        return each;
      }
    }
    throw ConfigException.value("parallel.attention", word, "ring or ulysses");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
