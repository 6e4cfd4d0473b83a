package ai.cresset.jobs.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.SearchRecipe.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf", "search");

  private static SearchRecipe search(Method method, int trials, long seed, String... space) {
    return new SearchRecipe("r.yaml", List.of(), method, trials, seed, List.of(space), "runs");
  }

  @Test
  void aGridHasEveryCombination() {
    assertEquals(
        List.of(
            List.of("a=1", "b=x"),
            List.of("a=1", "b=y"),
            List.of("a=2", "b=x"),
            List.of("a=2", "b=y")),
        new SearchSpace(search(Method.GRID, 0, 1, "a=1, 2", "b=x,y")).trials());
  }

  @Test
  void randomTrialsFollowFromTheSeed() {
    String[] space = {"rate=log 1e-4..1e-1", "width=16..64", "kind=lstm, gru", "part=0.1..0.5"};
    List<List<String>> trials = new SearchSpace(search(Method.RANDOM, 40, 3, space)).trials();
    assertEquals(trials, new SearchSpace(search(Method.RANDOM, 40, 3, space)).trials());
    assertNotEquals(trials, new SearchSpace(search(Method.RANDOM, 40, 4, space)).trials());
    assertEquals(40, new HashSet<>(trials).size());
    int small = 0;
    for (List<String> trial : trials) {
      double rate = Double.parseDouble(trial.get(0).substring("rate=".length()));
      assertTrue(rate >= 1e-4 && rate <= 1e-1, trial.toString());
      small += rate < 3.2e-3 ? 1 : 0;
      int width = Integer.parseInt(trial.get(1).substring("width=".length()));
      assertTrue(width >= 16 && width <= 64, trial.toString());
    }
    assertTrue(small > 10 && small < 30, "half below the middle of the logarithm: " + small);
  }

  @Test
  void whatCannotBeSearchedIsRefused() {
    assertEquals(
        "space: expected values for method grid, got 'a=1..2'",
        assertThrows(
                ConfigException.class,
                () -> new SearchSpace(search(Method.GRID, 0, 1, "a=1..2")).trials())
            .getMessage());
    assertEquals(
        "space: expected low below high, both above 0, got 'a=log 0..2'",
        assertThrows(
                ConfigException.class,
                () -> new SearchSpace(search(Method.RANDOM, 1, 1, "a=log 0..2")).trials())
            .getMessage());
    assertEquals(
        "trials: expected 0, because grid tries everything, got 3",
        assertThrows(ConfigException.class, () -> search(Method.GRID, 3, 1, "a=1")).getMessage());
    assertThrows(
        ConfigException.class, () -> new SearchSpace(search(Method.GRID, 0, 1, "a", "b=1")));
    assertThrows(
        ConfigException.class, () -> new SearchSpace(search(Method.GRID, 0, 1, "a=1", "a=2")));
  }

  @Test
  void everySearchReadsItsRecipe() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      for (Path file : files.toList()) {
        SearchRecipe search = SearchRecipe.read(file, List.of());
        for (List<String> trial : new SearchSpace(search).trials()) {
          Recipe.read(CONF.resolve(search.recipe()), trial);
        }
      }
    }
  }
}
