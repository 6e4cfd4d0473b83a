package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanJobTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");
  private static final Path RECIPE = CONF.resolve("gpt-3d.yaml");

  private static TrainingPlan plan(String... overrides) {
    return TrainingPlan.of(RecipeReader.read(GptRecipe.class, RECIPE, List.of(overrides)), 100);
  }

  private static long sum(TrainingPlan plan) {
    return plan.ranks().stream().mapToLong(TrainingPlan.RankPlan::parameters).sum();
  }

  @Test
  void theExampleIsPlannedAsItWouldBeRun() {
    TrainingPlan plan = plan();
    assertEquals("pipeline 2 x data 2 x tensor 2", plan.dims().toString());
    // Two stages, four micro-batches: one more slot of each kind than there is work.
    assertTrue(plan.bubble() > 0.15 && plan.bubble() < 0.35, "bubble " + plan.bubble());
    assertEquals("embedding", plan.pieces().get(0).get(0));
    assertEquals("head", plan.pieces().get(1).get(plan.pieces().get(1).size() - 1));
  }

  @Test
  void parametersAreThoseOfTheModel() {
    String[] alone = {"spark.workers=1", "parallel.data=1", "parallel.tensor=1"};
    TrainingPlan one =
        plan(alone[0], alone[1], alone[2], "parallel.pipeline=1", "train.micro_batch=0");
    // 12 w^2 and two norms in each of 6 blocks, tables of 100 and 64 rows, the last norm.
    long elements = 6 * (12 * 64 * 64 + 2 * 64) + (100 + 64) * 64 + 64;
    assertEquals(4 * elements, sum(one));
    assertEquals(4 * elements, one.ranks().get(0).gradients());
    assertEquals(8 * elements, one.ranks().get(0).optimizer());
    assertEquals(0, one.ranks().get(0).sent());
    assertEquals(0, one.bubble());
    TrainingPlan stages = plan("spark.workers=2", alone[1], alone[2], "parallel.pipeline=2");
    // The table is on the first and on the last rank.
    assertEquals(4 * (elements + 100 * 64), sum(stages));
  }

  @Test
  void whatIsCutIsSmallerAndWhatWaitsIsLonger() {
    TrainingPlan plan = plan();
    TrainingPlan zero = plan("parallel.data=1", "parallel.shard=2", "parallel.zero=1");
    assertTrue(zero.ranks().get(0).optimizer() < plan.ranks().get(0).optimizer());
    assertEquals(zero.ranks().get(0).parameters(), plan.ranks().get(0).parameters());
    TrainingPlan again = plan("parallel.recompute=full");
    assertTrue(again.ranks().get(0).activations() < plan.ranks().get(0).activations());
    TrainingPlan more = plan("train.micro_batch=1");
    assertTrue(more.bubble() < plan.bubble());
    TrainingPlan divided = plan("parallel.sequence_parallel=true");
    assertTrue(divided.ranks().get(0).activations() < plan.ranks().get(0).activations());
    assertEquals(divided.ranks().get(0).sentForLayers(), plan.ranks().get(0).sentForLayers());
    TrainingPlan chunks = plan("parallel.chunks=2");
    assertTrue(chunks.bubble() < plan.bubble());
    assertTrue(chunks.ranks().get(0).sentForStages() > plan.ranks().get(0).sentForStages());
  }

  @Test
  void thePlanIsForPeople() {
    Recipe recipe = Recipe.read(RECIPE, List.of());
    String text = PlanJob.describe(recipe, null);
    assertTrue(text.startsWith("8 workers: pipeline 2 x data 2 x tensor 2"), text);
    assertTrue(text.contains("vocabulary 100 (a guess: the text decides; --vocabulary N)"), text);
    assertTrue(text.contains("bubble: workers of a pipeline wait"), text);
    assertTrue(PlanJob.describe(recipe, 77).contains("vocabulary 77\n"));
    Recipe image = Recipe.read(CONF.resolve("image-cnn.yaml"), List.of());
    assertTrue(
        String.valueOf(
                assertThrows(ConfigException.class, () -> PlanJob.describe(image, null))
                    .getMessage())
            .startsWith("recipe: expected gpt"));
  }
}
