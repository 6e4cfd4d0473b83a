package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.jobs.feature.FittedFeature;
import ai.cresset.jobs.recipe.AudioRecipe;
import ai.cresset.jobs.recipe.GenerativeRecipe;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.ImageRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.RecommenderRecipe;
import ai.cresset.jobs.recipe.SequenceRecipe;
import ai.cresset.jobs.recipe.SeriesRecipe;
import ai.cresset.jobs.recipe.ServerSettings;
import ai.cresset.jobs.recipe.TableRecipe;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.jobs.workload.audio.AudioModelFile;
import ai.cresset.jobs.workload.generative.GenerativeModelFile;
import ai.cresset.jobs.workload.gpt.GptFile;
import ai.cresset.jobs.workload.image.ImageModelFile;
import ai.cresset.jobs.workload.recommender.RecommenderModelFile;
import ai.cresset.jobs.workload.sequence.SequenceModelFile;
import ai.cresset.jobs.workload.series.SeriesModelFile;
import ai.cresset.jobs.workload.table.TableModelFile;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The file that says which model a run trains: of each kind, of older versions, and damaged. */
final class StoredModelTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");
  private static final JsonMapper JSON = new JsonMapper();

  private static <R extends Recipe> R recipe(Class<R> type, String file) {
    return type.cast(Recipe.read(CONF.resolve(file), List.of()));
  }

  static Stream<ModelFile> models() {
    RecommenderRecipe recommender = recipe(RecommenderRecipe.class, "recommender.yaml");
    return Stream.of(
        new GptFile(5, recipe(GptRecipe.class, "gpt-char-small.yaml").model()),
        new ImageModelFile(1, 8, 8, 3, recipe(ImageRecipe.class, "image-cnn.yaml").model()),
        new GenerativeModelFile(1, 8, 8, recipe(GenerativeRecipe.class, "vae.yaml").model()),
        new SequenceModelFile(
            9, 0, 3, 8, recipe(SequenceRecipe.class, "text-classifier.yaml").model()),
        new TableModelFile(
            2, List.of(3L), 2, recipe(TableRecipe.class, "tabular-mlp.yaml").model()),
        new RecommenderModelFile(
            1,
            List.of(new FittedFeature("user", "ids_0", false, 70, List.of())),
            recommender.servers(),
            recommender.model()),
        new SeriesModelFile(8, 2, 1, 0, recipe(SeriesRecipe.class, "forecast.yaml").model()),
        new AudioModelFile(8, 9, 3, recipe(AudioRecipe.class, "audio-keywords.yaml").model()));
  }

  private static ObjectNode tree(ModelFile model) {
    return JSON.valueToTree(model);
  }

  /** One of the model's records; the whole for no name. */
  private static ObjectNode section(ObjectNode tree, String name) {
    return name.isEmpty() ? tree : (ObjectNode) tree.get(name);
  }

  /** What older versions did not write. */
  private static final Map<Class<?>, List<String>> LATER =
      Map.of(
          ImageModelFile.class, List.of("settings.kind"),
          GenerativeModelFile.class, List.of("settings.gradientPenalty"),
          RecommenderModelFile.class,
              List.of("servers.placement", "servers.count", "servers.snapshotEvery"));

  private static boolean cameLater(ModelFile model, String place) {
    return LATER.getOrDefault(model.getClass(), List.of()).contains(place);
  }

  private static String refused(ObjectNode tree) {
    return String.valueOf(
        assertThrows(
                CheckpointException.class, () -> StoredModel.read("model.json", tree.toString()))
            .getMessage());
  }

  @ParameterizedTest
  @MethodSource("models")
  void isReadAsItWasWritten(ModelFile model) {
    assertEquals(model, StoredModel.read("model.json", model.write()));
  }

  /** A key that is missing may not silently mean 0, false or the first of a list. */
  @ParameterizedTest
  @MethodSource("models")
  void everyKeyIsNeededAndNoOtherIsKnown(ModelFile model) {
    ObjectNode whole = tree(model);
    for (String name : List.of("", "settings", "servers")) {
      if (!name.isEmpty() && !whole.has(name)) {
        continue;
      }
      for (Map.Entry<String, JsonNode> each : section(whole, name).properties()) {
        String place = name.isEmpty() ? each.getKey() : name + "." + each.getKey();
        ObjectNode less = tree(model);
        section(less, name).remove(each.getKey());
        if (place.equals("kind")) {
          assertTrue(refused(less).startsWith("model.json: its kind is '', expected one of [gpt,"));
        } else if (!cameLater(model, place)) {
          assertEquals(
              "model.json: has no key '"
                  + place
                  + "', so that it is not known which model this is; use another copy of the file,"
                  + " or add what the recipe of the run says",
              refused(less));
        }
      }
      ObjectNode more = tree(model);
      section(more, name).put("widht", 3);
      String text = refused(more);
      String place = name.isEmpty() ? "widht" : name + ".widht";
      assertTrue(text.startsWith("model.json: unknown key '" + place + "'; expected ["), text);
      assertTrue(
          text.endsWith("a newer version of Cresset may have written it: use that one"), text);
    }
  }

  @Test
  void filesOfOlderVersionsMeanWhatTheyMeant() {
    for (ModelFile model : models().toList()) {
      ObjectNode tree = tree(model);
      if (model instanceof ImageModelFile) {
        section(tree, "settings").remove("kind");
        assertEquals(model, StoredModel.read("model.json", tree.toString()));
      } else if (model instanceof RecommenderModelFile written) {
        section(tree, "servers").remove(List.of("placement", "count", "snapshotEvery"));
        RecommenderModelFile read =
            (RecommenderModelFile) StoredModel.read("model.json", tree.toString());
        assertEquals(ServerSettings.Placement.BESIDE, read.servers().placement());
        assertEquals(written, read);
      }
    }
  }

  @Test
  void whatIsNoModelIsRefused() {
    ObjectNode tree = tree(models().findFirst().orElseThrow());
    tree.put("kind", "diffusion");
    assertTrue(
        refused(tree).startsWith("model.json: its kind is 'diffusion', expected one of [gpt"));
    CheckpointException list =
        assertThrows(CheckpointException.class, () -> StoredModel.read("model.json", "[1]"));
    assertTrue(String.valueOf(list.getMessage()).contains("no JSON object"));
    tree.put("kind", "gpt").put("vocabulary", "many");
    assertTrue(refused(tree).contains("model.json: content: "), refused(tree));
  }
}
