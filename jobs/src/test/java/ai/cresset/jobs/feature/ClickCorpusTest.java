package ai.cresset.jobs.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.recipe.ClickLogRecipe;
import ai.cresset.jobs.recipe.FeatureColumn;
import ai.cresset.jobs.recipe.RecommenderDataSettings;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.metric.Auc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns become ids as the settings say. One local Spark for all that needs it. */
final class ClickCorpusTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user",
        "user: hash 10",
        "user: hashed",
        "user: hashed 1.5",
        "hour: buckets 5 3",
        "a * b: ids 5",
        ": hashed 10",
        "a * : hashed 10"
      })
  void whatIsNoFeatureIsRefused(String text) {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> FeatureColumn.parse("data.features", text));
    assertEquals(
        "data.features: expected 'COLUMN: hashed SIZE', 'COLUMN: vocabulary LEAST', 'COLUMN: buckets"
            + " BOUNDARY...', 'COLUMN: ids SIZE' or 'COLUMN * COLUMN: hashed SIZE', got '"
            + text
            + "'",
        refused.getMessage());
  }

  @Test
  void rowsOfALogAreAFunctionOfTheirNumber() {
    ClickLogRecipe recipe =
        RecipeReader.read(
            ClickLogRecipe.class,
            CONF.resolve("click-logs.yaml"),
            List.of("rows=1000", "users=50", "influential=10"));
    ClickTruth truth = new ClickTruth(recipe);
    Auc auc = new Auc();
    Map<Long, Integer> users = new TreeMap<>();
    for (long row = 0; row < 20_000; row++) {
      ClickTruth.Drawn drawn = truth.draw(row);
      assertEquals(drawn.logit(), truth.draw(row).logit());
      auc.add(drawn.logit(), drawn.row().getClick() == 1);
      users.merge(drawn.row().getUser(), 1, Integer::sum);
    }
    assertEquals(50, users.size());
    assertTrue(auc.value() > 0.7 && auc.value() < 0.95, "" + auc.value());
    assertEquals(
        recipe, RecipeReader.parse(ClickLogRecipe.class, "printed", recipe.toYaml(), List.of()));
  }

  private static List<ClickRow> rows() {
    List<ClickRow> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      long[] tags = i % 4 == 0 ? new long[0] : new long[] {i % 3, 7 + i % 2};
      rows.add(new ClickRow(i % 2, i % 40 == 0 ? 99 : i % 5, i, i, i % 24, i, tags));
    }
    return rows;
  }

  private static RecommenderDataSettings settings(Path path, String... features) {
    return new RecommenderDataSettings(
        path.toString(), "click", List.of("price"), List.of(features), 0.2, 0.2, 0, "cache");
  }

  @Test
  void everyKindOfColumn(@TempDir Path directory) throws java.io.IOException {
    Path path = directory.resolve("rows");
    try (SparkSession spark = LocalSpark.start(directory)) {
      spark.createDataset(rows(), Encoders.bean(ClickRow.class)).write().parquet(path.toString());
      ClickCorpus corpus =
          ClickCorpus.read(
              spark,
              settings(
                  path,
                  "user: vocabulary 20",
                  "item: hashed 10",
                  "page: ids 400",
                  "hour: buckets 6 12",
                  "hour * user: hashed 30",
                  "tags: vocabulary 2"));
      ClickSummary summary = corpus.summary();
      assertEquals(400, summary.trainRows() + summary.validationRows() + summary.testRows());
      assertTrue(summary.testRows() > 40 && summary.testRows() < 120, summary.describe());
      // Five users are frequent enough; 99 is not, and shares the place of all others.
      assertEquals(6, summary.features().get(0).size());
      assertEquals(List.of(6L, 10L, 400L, 4L, 30L, 6L), sizes(summary));
      assertEquals("tags", summary.features().get(5).name());
      assertTrue(summary.features().get(5).many());
      int seen = 0;
      double sum = 0;
      for (Part part : Part.values()) {
        for (Row row : corpus.frame(part).collectAsList()) {
          int number = (int) row.getLong(row.fieldIndex("ids_2"));
          long user = number % 40 == 0 ? 99 : number % 5;
          assertEquals(number % 2, row.getFloat(row.fieldIndex("label")));
          long place = row.getLong(row.fieldIndex("ids_0"));
          String value =
              place == 0 ? "99" : summary.features().get(0).vocabulary().get((int) place - 1);
          assertEquals(Long.toString(user), value);
          int hour = number % 24;
          assertEquals(hour < 6 ? 1 : hour < 12 ? 2 : 3, row.getLong(row.fieldIndex("ids_3")));
          long cross = row.getLong(row.fieldIndex("ids_4"));
          assertTrue(cross >= 0 && cross < 30);
          List<Long> tags = row.getList(row.fieldIndex("ids_5"));
          assertEquals(number % 4 == 0 ? 0 : 2, tags.size());
          List<Float> numbers = row.getList(row.fieldIndex("numbers"));
          sum += part == Part.TRAIN ? numbers.get(0) : 0;
          seen++;
        }
      }
      assertEquals(400, seen);
      assertEquals(0, sum, 1e-2);
      DataException small =
          assertThrows(
              DataException.class, () -> ClickCorpus.read(spark, settings(path, "page: ids 300")));
      assertEquals(
          "data.features: column 'page' has ids from 0 to 399 and 0 missing ones, expected 0 to 299;"
              + " give the right size, or use hashed",
          small.getMessage());
      DataException absent =
          assertThrows(
              DataException.class, () -> ClickCorpus.read(spark, settings(path, "pag: hashed 3")));
      assertTrue(
          String.valueOf(absent.getMessage()).contains("has no column 'pag'; it has [click, hour"),
          absent.toString());
    }
  }

  private static List<Long> sizes(ClickSummary summary) {
    return summary.features().stream().map(FittedFeature::size).toList();
  }
}
