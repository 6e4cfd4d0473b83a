package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.feature.FittedFeature;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.RecommenderRecipe;
import ai.cresset.jobs.workload.recommender.RecommenderModelFile;
import ai.cresset.model.DeepFm;
import ai.cresset.model.WideAndDeep;
import ai.cresset.nn.Module;
import ai.cresset.parallel.server.Consistency;
import ai.cresset.parallel.server.RowInitializer;
import ai.cresset.parallel.server.RowOptimizer;
import ai.cresset.parallel.server.TableSpec;
import ai.cresset.type.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the settings of a recommender make. */
final class RecommenderModelFileTest {
  private static final Path RECIPE =
      Path.of(System.getProperty("cresset.home"), "conf", "recommender.yaml");

  private static RecommenderRecipe recipe(String... overrides) {
    return (RecommenderRecipe) Recipe.read(RECIPE, List.of(overrides));
  }

  private static RecommenderModelFile file(String... overrides) {
    RecommenderRecipe recipe = recipe(overrides);
    return new RecommenderModelFile(
        1,
        List.of(
            new FittedFeature("user", "ids_0", false, 70, List.of("a")),
            new FittedFeature("tags", "ids_1", true, 9, List.of())),
        recipe.servers(),
        recipe.model());
  }

  @Test
  void tablesAreAsTheSettingsSay() {
    RecommenderModelFile file =
        file("servers.optimizer=row_wise_adagrad", "servers.learning_rate=0.3");
    List<TableSpec> tables = file.tables();
    assertEquals(
        TableSpec.sparse(
            "user", 70, 9, new RowInitializer.Gaussian(0.01), RowOptimizer.RowWiseAdagrad.of(0.3)),
        tables.get(0));
    assertEquals("tags", tables.get(1).name());
    try (Module wide = file.build(Device.CPU);
        Module deep = file("model.kind=deep_fm", "model.hidden=[5]").build(Device.CPU)) {
      assertInstanceOf(WideAndDeep.class, wide);
      assertInstanceOf(DeepFm.class, deep);
      assertEquals((17 + 1) * 5 + 6, deep.numParameters());
    }
  }

  @Test
  void isReadAsItWasWritten() {
    RecommenderModelFile file = file();
    assertEquals(file, StoredModel.read("model.json", file.write()));
    assertEquals(
        List.of("model.embedding_width: 4 in the recipe, 8 in the checkpoints").size(),
        file("model.embedding_width=4").differences(file).size());
  }

  @ParameterizedTest
  @CsvSource({"synchronous, 0", "asynchronous, 9223372036854775807", "4, 4"})
  void workersAreAsFarApartAsTheSettingSays(String text, long staleness) {
    assertEquals(
        new Consistency(staleness), recipe("servers.consistency=" + text).servers().apart());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "servers.consistency=often | 'often' | synchronous, asynchronous, or the number of steps"
            + " that workers may be apart",
        "servers.memory_mb=0 | 0 | a whole number from 1",
        "model.hidden=[] | [] | at least one hidden layer",
        "data.features=[] | [] | at least one feature",
        "train.device=cuda | cuda | cpu or auto, because embeddings come from the host's memory",
        "data.test_fraction=0.99 | 0.99 | less than what data.validation_fraction leaves, which is"
            + " 0.98"
      })
  void whatDoesNotFitIsRefused(String override, String got, String expected) {
    String key = override.substring(0, override.indexOf('='));
    String text =
        String.valueOf(assertThrows(ConfigException.class, () -> recipe(override)).getMessage());
    assertEquals(
        "override '" + override + "': " + key + ": expected " + expected + ", got " + got, text);
  }

  @Test
  void everyOptimizerHasAName() {
    List<Class<?>> made = new ArrayList<>();
    for (String name : List.of("sgd", "adagrad", "row_wise_adagrad", "adam", "ftrl")) {
      made.add(recipe("servers.optimizer=" + name).servers().rowOptimizer().getClass());
    }
    assertEquals(Arrays.asList(RowOptimizer.class.getPermittedSubclasses()), made);
  }
}
