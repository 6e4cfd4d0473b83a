package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.cresset.error.CressetException;
import ai.cresset.jobs.recipe.Recipe;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A key with another value: what comes of the recipe must differ.
 *
 * @param recipe its file
 * @param override {@code key=value}
 * @param beside what both sides have besides
 */
record Flip(String recipe, String override, List<String> beside) {
  static Flip of(String recipe, String override, String... beside) {
    return new Flip(recipe, override, List.of(beside));
  }

  String key() {
    return override.substring(0, override.indexOf('='));
  }

  String value() {
    return override.substring(override.indexOf('=') + 1);
  }

  /** The settings with it. */
  List<String> flipped() {
    List<String> all = new ArrayList<>(beside);
    all.add(override);
    return all;
  }

  @Override
  public String toString() {
    return override;
  }

  /** The keys of flips. */
  static Set<String> keys(Stream<Flip> flips) {
    return flips.map(Flip::key).collect(Collectors.toCollection(TreeSet::new));
  }

  /** The keys of sections of a recipe. */
  static Set<String> keys(Class<? extends Recipe> type, String... sections) {
    Set<String> keys = new TreeSet<>();
    for (RecordComponent section : type.getRecordComponents()) {
      if (List.of(sections).contains(section.getName())) {
        for (RecordComponent key : section.getType().getRecordComponents()) {
          String name = key.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
          keys.add(section.getName() + "." + name);
        }
      }
    }
    return keys;
  }

  /** The weights of a short run and what is found with them; or why there are none. */
  static String outcome(Recipe recipe, SparkSession spark) {
    try {
      TinyRun run = TinyRun.of(recipe, spark);
      return List.of(run.weights(), run.result())
          .toString()
          .replaceAll("seconds=[^,]*|unitsPerSecond=[^,]*|dataWait=[^,]*", "");
    } catch (Exception e) { // Scala does not declare what a failed job throws
      for (Throwable each = e; each != null; each = each.getCause()) {
        if (each instanceof CressetException) {
          return String.valueOf(each.getMessage());
        }
      }
      throw e;
    }
  }

  /**
   * Compares what comes of recipes with and without flips. Many flips are compared with the same
   * recipe, which is looked at once; that no difference is chance, a test beside it must show.
   */
  static final class Effects {
    private final BiFunction<String, List<String>, Object> outcome;
    private final Map<String, Object> unchanged = new HashMap<>();

    /** The outcome of a recipe's file and settings. */
    Effects(BiFunction<String, List<String>, Object> outcome) {
      this.outcome = outcome;
    }

    void assertSeen(Flip flip) {
      Object before =
          unchanged.computeIfAbsent(
              flip.recipe() + flip.beside(), key -> outcome.apply(flip.recipe(), flip.beside()));
      assertNotEquals(before, outcome.apply(flip.recipe(), flip.flipped()), flip.override());
    }
  }
}
