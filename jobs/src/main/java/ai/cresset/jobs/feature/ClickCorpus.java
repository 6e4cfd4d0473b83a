package ai.cresset.jobs.feature;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.FeatureColumn;
import ai.cresset.jobs.recipe.RecommenderDataSettings;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.split.SplitCorpus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A log of clicks as ids, split into training, validation and test by a hash of each row, so that
 * the split does not depend on how the files are cut. What is learned of the columns, vocabularies,
 * means and deviations, comes from the rows for training alone.
 */
public final class ClickCorpus implements SplitCorpus<ClickSummary> {
  /** The column of the label in the DataFrames. */
  public static final String LABEL = "label";

  /** The column of the numbers, an array of float. */
  public static final String NUMBERS = "numbers";

  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "clicks 1";

  private static final int PARTS = 1_000_000;
  private static final String PART = "__part";

  private final RecommenderDataSettings settings;
  private final Dataset<Row> rows;
  private final ClickSummary summary;

  private ClickCorpus(RecommenderDataSettings settings, Dataset<Row> rows, ClickSummary summary) {
    this.settings = settings;
    this.rows = rows;
    this.summary = summary;
  }

  /** What {@link #read} would read of files with these names and times, in words. */
  public static String describe(RecommenderDataSettings settings, String files) {
    return FORMAT
        + "\n"
        + files
        + "\n"
        + List.of(
            settings.label(),
            settings.numeric(),
            settings.features(),
            settings.validationFraction(),
            settings.testFraction(),
            settings.splitSeed());
  }

  /**
   * Reads the log of a recipe.
   *
   * @throws DataException that names the column that cannot be used
   */
  public static ClickCorpus read(SparkSession spark, RecommenderDataSettings settings) {
    Dataset<Row> all = spark.read().parquet(settings.path());
    Map<String, DataType> types = new HashMap<>();
    for (var field : all.schema().fields()) {
      types.put(field.name(), field.dataType());
    }
    require(types, settings.label(), settings);
    settings.numeric().forEach(name -> require(types, name, settings));
    settings
        .columns()
        .forEach(feature -> feature.columns().forEach(name -> require(types, name, settings)));
    Column[] columns = Arrays.stream(all.columns()).map(ClickCorpus::column).toArray(Column[]::new);
    Column[] hashed = Arrays.copyOf(columns, columns.length + 1);
    hashed[columns.length] = functions.lit(settings.splitSeed());
    Dataset<Row> rows =
        all.withColumn(PART, functions.pmod(functions.xxhash64(hashed), functions.lit(PARTS)));
    return new ClickCorpus(settings, rows, new Fit(spark, settings, rows, types).summary());
  }

  private static void require(
      Map<String, DataType> types, String name, RecommenderDataSettings settings) {
    if (!types.containsKey(name)) {
      throw DataException.because(
          "data.path: "
              + settings.path()
              + " has no column '"
              + name
              + "'; it has "
              + types.keySet().stream().sorted().toList());
    }
  }

  private static Column column(String name) {
    return functions.col("`" + name + "`");
  }

  private static Column isPart(RecommenderDataSettings settings, Part part) {
    long tests = Math.round(settings.testFraction() * PARTS);
    long validations = tests + Math.round(settings.validationFraction() * PARTS);
    Column place = column(PART);
    return switch (part) {
      case TEST -> place.lt(tests);
      case VALIDATION -> place.geq(tests).and(place.lt(validations));
      case TRAIN -> place.geq(validations);
    };
  }

  @Override
  public ClickSummary summary() {
    return summary;
  }

  /** Nothing is kept. */
  @Override
  public void close() {}

  /** The rows of a part: label, numbers, and one column for each feature. */
  @Override
  public Dataset<Row> frame(Part part) {
    List<Column> columns = new ArrayList<>();
    columns.add(column(settings.label()).cast(DataTypes.FloatType).as(LABEL));
    List<Column> numbers = new ArrayList<>();
    for (int i = 0; i < summary.numeric().size(); i++) {
      Column value = column(summary.numeric().get(i)).cast(DataTypes.DoubleType);
      double mean = summary.means().get(i);
      numbers.add(
          functions
              .coalesce(value, functions.lit(mean))
              .minus(mean)
              .divide(summary.deviations().get(i))
              .cast(DataTypes.FloatType));
    }
    if (!numbers.isEmpty()) {
      columns.add(functions.array(numbers.toArray(Column[]::new)).as(NUMBERS));
    }
    List<FeatureColumn> features = settings.columns();
    for (int i = 0; i < features.size(); i++) {
      FittedFeature fitted = summary.features().get(i);
      columns.add(ids(features.get(i), fitted).as(fitted.place()));
    }
    return rows.filter(isPart(settings, part)).select(columns.toArray(Column[]::new));
  }

  private Column ids(FeatureColumn feature, FittedFeature fitted) {
    if (feature.kind() == FeatureColumn.Kind.VOCABULARY) {
      return vocabulary(feature, fitted);
    }
    String size = feature.number() + "L";
    if (feature.columns().size() > 1) {
      String values =
          feature.columns().stream()
              .map(name -> "cast(" + quoted(name) + " as string)")
              .collect(Collectors.joining(", "));
      return functions.expr("pmod(xxhash64(" + values + "), " + size + ")");
    }
    String name = quoted(feature.columns().get(0));
    if (!fitted.many()) {
      return functions.expr(id(feature, name, size));
    }
    return functions.expr(
        "transform(coalesce(" + name + ", array()), x -> " + id(feature, "x", size) + ")");
  }

  private static String id(FeatureColumn feature, String value, String size) {
    return switch (feature.kind()) {
      case HASHED -> "pmod(xxhash64(cast(" + value + " as string)), " + size + ")";
      case IDS -> "coalesce(cast(" + value + " as bigint), -1L)";
      case BUCKETS -> buckets(feature.numbers(), value);
      case VOCABULARY -> throw new IllegalStateException("vocabularies are looked up");
    };
  }

  private static String buckets(List<Double> boundaries, String value) {
    StringBuilder cases = new StringBuilder("case when " + value + " is null then 0L");
    for (int i = 0; i < boundaries.size(); i++) {
      cases
          .append(" when ")
          .append(value)
          .append(" < ")
          .append(boundaries.get(i))
          .append("D then ");
      cases.append(i + 1).append('L');
    }
    return cases.append(" else ").append(boundaries.size() + 1).append("L end").toString();
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private Column vocabulary(FeatureColumn feature, FittedFeature fitted) {
    Map<String, Long> places = new HashMap<>();
    for (String value : fitted.vocabulary()) {
      places.put(value, places.size() + 1L);
    }
    Broadcast<Map<String, Long>> shared =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext()).broadcast(places);
    Column value = column(feature.columns().get(0));
    if (!fitted.many()) {
      UDF1<String, Long> one = text -> shared.value().getOrDefault(text, 0L);
      return functions.udf(one, DataTypes.LongType).apply(value.cast(DataTypes.StringType));
    }
    UDF1<scala.collection.Seq<String>, List<Long>> several =
        texts ->
            texts == null
                ? List.of()
                : CollectionConverters.asJava(texts).stream()
                    .map(text -> shared.value().getOrDefault(text, 0L))
                    .toList();
    return functions
        .udf(several, DataTypes.createArrayType(DataTypes.LongType, false))
        .apply(value.cast(DataTypes.createArrayType(DataTypes.StringType)));
  }

  /** What is learned of the columns. */
  private record Fit(
      SparkSession spark,
      RecommenderDataSettings settings,
      Dataset<Row> rows,
      Map<String, DataType> types) {

    ClickSummary summary() {
      Dataset<Row> training = rows.filter(isPart(settings, Part.TRAIN));
      List<Column> wanted = new ArrayList<>();
      wanted.add(functions.count(functions.lit(1)));
      Column label = column(settings.label()).cast(DataTypes.DoubleType);
      wanted.add(functions.avg(label));
      wanted.add(
          functions.sum(
              functions
                  .when(label.isNull().or(label.notEqual(0).and(label.notEqual(1))), 1)
                  .otherwise(0)));
      for (String name : settings.numeric()) {
        Column value = column(name).cast(DataTypes.DoubleType);
        wanted.add(functions.avg(value));
        wanted.add(functions.stddev_pop(value));
      }
      Row found =
          training
              .agg(wanted.get(0), wanted.subList(1, wanted.size()).toArray(Column[]::new))
              .first();
      long trainRows = found.getLong(0);
      long validationRows = rows.filter(isPart(settings, Part.VALIDATION)).count();
      long testRows = rows.filter(isPart(settings, Part.TEST)).count();
      if (trainRows == 0 || validationRows == 0 || testRows == 0) {
        throw DataException.because(
            "data.path: "
                + (trainRows + validationRows + testRows)
                + " rows are too few for training, validation and test with"
                + " data.validation_fraction "
                + settings.validationFraction()
                + " and data.test_fraction "
                + settings.testFraction()
                + "; give more rows");
      }
      if (found.getLong(2) > 0) {
        throw DataException.because(
            "data.label: column '"
                + settings.label()
                + "' has "
                + found.getLong(2)
                + " rows that are neither 0 nor 1; a click is 1 and none is 0");
      }
      List<Double> means = new ArrayList<>();
      List<Double> deviations = new ArrayList<>();
      for (int i = 0; i < settings.numeric().size(); i++) {
        means.add(found.isNullAt(3 + 2 * i) ? 0 : found.getDouble(3 + 2 * i));
        double deviation = found.isNullAt(4 + 2 * i) ? 1 : found.getDouble(4 + 2 * i);
        deviations.add(deviation > 0 ? deviation : 1);
      }
      List<FittedFeature> features = new ArrayList<>();
      for (FeatureColumn feature : settings.columns()) {
        features.add(fit(feature, "ids_" + features.size(), training));
      }
      return new ClickSummary(
          trainRows,
          validationRows,
          testRows,
          found.getDouble(1),
          settings.numeric(),
          means,
          deviations,
          features);
    }

    private FittedFeature fit(FeatureColumn feature, String place, Dataset<Row> training) {
      boolean many = feature.columns().stream().anyMatch(name -> isArray(name));
      if (many && feature.columns().size() > 1) {
        throw DataException.because(
            "data.features: a cross takes columns of single values, and '"
                + feature.name()
                + "' has an array; leave it out");
      }
      return switch (feature.kind()) {
        case HASHED -> new FittedFeature(feature.name(), place, many, feature.number(), List.of());
        case BUCKETS ->
            new FittedFeature(
                feature.name(), place, many, feature.numbers().size() + 2L, List.of());
        case IDS -> {
          checkIds(feature, many);
          yield new FittedFeature(feature.name(), place, many, feature.number(), List.of());
        }
        case VOCABULARY -> {
          List<String> values = values(feature, many, training);
          yield new FittedFeature(feature.name(), place, many, values.size() + 1L, values);
        }
      };
    }

    private boolean isArray(String name) {
      return types.get(name) instanceof ArrayType;
    }

    private void checkIds(FeatureColumn feature, boolean many) {
      String name = feature.columns().get(0);
      Column value = many ? functions.explode(column(name)) : column(name);
      Row found =
          rows.select(value.as("id"))
              .select(functions.col("id").cast(DataTypes.LongType))
              .agg(
                  functions.min("id"),
                  functions.max("id"),
                  functions.sum(functions.when(functions.col("id").isNull(), 1).otherwise(0)))
              .first();
      boolean fits =
          found.isNullAt(0)
              || found.getLong(0) >= 0
                  && found.getLong(1) < feature.number()
                  && found.getLong(2) == 0;
      if (!fits) {
        throw DataException.because(
            "data.features: column '"
                + name
                + "' has ids from "
                + found.get(0)
                + " to "
                + found.get(1)
                + " and "
                + found.get(2)
                + " missing ones, expected 0 to "
                + (feature.number() - 1)
                + "; give the right size, or use hashed");
      }
    }

    /** By frequency, the most frequent first, and by text where that is equal. */
    private List<String> values(FeatureColumn feature, boolean many, Dataset<Row> training) {
      String name = feature.columns().get(0);
      Column value = many ? functions.explode(column(name)) : column(name);
      return training
          .select(value.as("value"))
          .select(functions.col("value").cast(DataTypes.StringType))
          .filter(functions.col("value").isNotNull())
          .groupBy("value")
          .count()
          .filter(functions.col("count").geq(feature.number()))
          .orderBy(functions.col("count").desc(), functions.col("value"))
          .select("value")
          .collectAsList()
          .stream()
          .map(row -> row.getString(0))
          .toList();
    }
  }
}
