package ai.cresset.jobs.sequence;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.SequenceDataSettings;
import ai.cresset.jobs.recipe.SequenceDataSettings.Task;
import ai.cresset.jobs.recipe.TableFormat;
import ai.cresset.jobs.split.ClassSplit;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.split.SplitCorpus;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Texts with labels or with texts to write, split into training, validation and test. The
 * DataFrames have the columns {@code source}, {@code target} (arrays of int) and {@code label}
 * (bigint), in the order of the files.
 */
public final class SequenceCorpus implements SplitCorpus<SequenceSummary> {
  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "sequence 1";

  private final SparkSession spark;
  private final JavaRDD<Pair> rows;
  private final ClassSplit split;
  private final SequenceSummary summary;

  /**
   * A row of the files.
   *
   * @param place from 0, over all rows
   */
  private record Pair(long place, String input, String target) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private SequenceCorpus(
      SparkSession spark, JavaRDD<Pair> rows, ClassSplit split, SequenceSummary summary) {
    this.spark = spark;
    this.rows = rows;
    this.split = split;
    this.summary = summary;
  }

  /** Refuses files that are not there. */
  public static void check(Configuration configuration, SequenceDataSettings settings) {
    files(settings, configuration);
  }

  private static List<FileStatus> files(
      SequenceDataSettings settings, Configuration configuration) {
    Path path = new Path(settings.path());
    try {
      FileStatus[] found = path.getFileSystem(configuration).globStatus(path);
      List<FileStatus> files = new ArrayList<>();
      for (FileStatus each : found == null ? new FileStatus[0] : found) {
        files.addAll(
            each.isDirectory()
                ? Arrays.asList(path.getFileSystem(configuration).listStatus(each.getPath()))
                : List.of(each));
      }
      // Spark writes marks such as _SUCCESS beside its files.
      files.removeIf(file -> file.getPath().getName().matches("[._].*"));
      if (files.isEmpty()) {
        throw ConfigException.value(
            "data.path",
            "'" + settings.path() + "'",
            "a file of CSV, JSON lines or Parquet, or a directory of such files");
      }
      files.sort(Comparator.comparing(file -> file.getPath().toString()));
      return files;
    } catch (IOException e) {
      throw DataException.because("data.path: " + path + " cannot be read: " + e, e);
    }
  }

  /** What {@link #read} would read, in words: equal words mean equal rows. */
  public static String describe(SequenceDataSettings settings, Configuration configuration) {
    StringBuilder text = new StringBuilder(FORMAT);
    for (FileStatus file : files(settings, configuration)) {
      text.append('\n').append(file.getPath()).append(' ').append(file.getLen());
      text.append(' ').append(file.getModificationTime());
    }
    return text.append('\n')
        .append(
            List.of(
                settings.format(),
                settings.delimiter(),
                settings.task(),
                settings.input(),
                settings.target(),
                settings.tokens(),
                settings.maxTokens(),
                settings.minCount(),
                settings.validationFraction(),
                settings.testFraction(),
                settings.splitSeed()))
        .toString();
  }

  /**
   * Reads the texts of a recipe.
   *
   * @throws DataException that names the row of what cannot be used
   */
  public static SequenceCorpus read(SparkSession spark, SequenceDataSettings settings) {
    Dataset<Row> table =
        table(spark, settings, files(settings, spark.sessionState().newHadoopConf()));
    List<String> columns = List.of(table.columns());
    for (String column : List.of(settings.input(), settings.target())) {
      if (!columns.contains(column)) {
        throw ConfigException.value(
            column.equals(settings.input()) ? "data.input" : "data.target",
            "'" + column + "'",
            "one of the columns " + columns + " of " + settings.path());
      }
    }
    String file = settings.path();
    JavaRDD<Pair> rows =
        table
            .select(
                functions.col("`" + settings.input() + "`").cast("string"),
                functions.col("`" + settings.target() + "`").cast("string"))
            .javaRDD()
            .zipWithIndex()
            .map(row -> pair(file, row))
            .persist(StorageLevel.MEMORY_AND_DISK());
    boolean done = false;
    try {
      SequenceCorpus corpus = build(spark, settings, rows);
      done = true;
      return corpus;
    } finally {
      if (!done) {
        rows.unpersist();
      }
    }
  }

  private static Dataset<Row> table(
      SparkSession spark, SequenceDataSettings settings, List<FileStatus> files) {
    String[] paths = files.stream().map(file -> file.getPath().toString()).toArray(String[]::new);
    Set<TableFormat> formats = EnumSet.noneOf(TableFormat.class);
    files.forEach(file -> formats.add(settings.format().of(file.getPath().getName())));
    if (formats.size() > 1) {
      throw ConfigException.value(
          "data.format",
          "auto",
          "csv, json or parquet, because '" + settings.path() + "' has files of several formats");
    }
    return switch (formats.iterator().next()) {
      case JSON -> spark.read().json(paths);
      case PARQUET -> spark.read().parquet(paths);
      case CSV, AUTO ->
          spark
              .read()
              .option("header", "true")
              .option("sep", settings.delimiter())
              .option("escape", "\"")
              .csv(paths);
    };
  }

  private static Pair pair(String file, Tuple2<Row, Long> row) {
    if (row._1().isNullAt(0) || row._1().isNullAt(1)) {
      throw DataException.because(
          file + ": no text in row " + (row._2() + 1) + "; mend or remove the row");
    }
    return new Pair(row._2(), row._1().getString(0), row._1().getString(1));
  }

  private static SequenceCorpus build(
      SparkSession spark, SequenceDataSettings settings, JavaRDD<Pair> rows) {
    boolean classes = settings.task() == Task.CLASSIFICATION;
    List<String> labels = classes ? rows.map(Pair::target).collect() : List.of();
    int[] members = new int[classes ? labels.size() : Math.toIntExact(rows.count())];
    List<String> names = labels.stream().distinct().sorted().toList();
    for (int i = 0; i < labels.size(); i++) {
      members[i] = names.indexOf(labels.get(i));
    }
    ClassSplit split =
        ClassSplit.of(
            members, settings.splitSeed(), settings.validationFraction(), settings.testFraction());
    for (Part part : Part.values()) {
      if (split.count(part) == 0) {
        throw DataException.because(
            "data.path: " + members.length + " rows are too few for training, validation and test");
      }
    }
    Broadcast<ClassSplit> parts =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(split);
    JavaRDD<Pair> training =
        rows.filter(row -> parts.value().part(Math.toIntExact(row.place())) == Part.TRAIN);
    Vocabulary source = vocabulary(settings, training.map(Pair::input));
    Vocabulary target =
        classes
            ? new Vocabulary(settings.tokens(), List.of())
            : vocabulary(settings, training.map(Pair::target));
    int most = settings.maxTokens();
    return new SequenceCorpus(
        spark,
        rows,
        split,
        new SequenceSummary(
            source,
            target,
            names,
            most,
            classes ? 1 : most + 2,
            split.count(Part.TRAIN),
            split.count(Part.VALIDATION),
            split.count(Part.TEST)));
  }

  /** Frequent tokens first, equally frequent ones in their order. */
  private static Vocabulary vocabulary(SequenceDataSettings settings, JavaRDD<String> texts) {
    SequenceDataSettings.Tokens tokens = settings.tokens();
    Map<String, Long> counts =
        texts.flatMap(text -> Vocabulary.cut(tokens, text).iterator()).countByValue();
    List<String> words =
        counts.entrySet().stream()
            .filter(each -> each.getValue() >= settings.minCount())
            .sorted(
                Map.Entry.<String, Long>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .toList();
    return new Vocabulary(tokens, words);
  }

  /** The rows of a part. */
  @Override
  public Dataset<Row> frame(Part part) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ClassSplit> parts = context.broadcast(split);
    Broadcast<SequenceSummary> summaries = context.broadcast(summary);
    JavaRDD<SequenceRow> encoded =
        rows.filter(row -> parts.value().part(Math.toIntExact(row.place())) == part)
            .mapPartitions(
                all -> {
                  SequenceSummary known = summaries.value();
                  Map<String, Integer> sources = known.source().numbers();
                  Map<String, Integer> targets = known.target().numbers();
                  List<SequenceRow> found = new ArrayList<>();
                  all.forEachRemaining(row -> found.add(encode(known, sources, targets, row)));
                  return found.iterator();
                });
    return spark
        .createDataset(encoded.rdd(), Encoders.bean(SequenceRow.class))
        .select("source", "target", "label");
  }

  private static SequenceRow encode(
      SequenceSummary known,
      Map<String, Integer> sources,
      Map<String, Integer> targets,
      Pair pair) {
    SequenceRow row = new SequenceRow();
    row.setSource(known.source().encode(sources, pair.input(), known.sourceLength(), false));
    boolean classes = !known.classes().isEmpty();
    row.setTarget(
        classes
            ? new int[1]
            : known.target().encode(targets, pair.target(), known.targetLength(), true));
    row.setLabel(classes ? known.classes().indexOf(pair.target()) : 0);
    return row;
  }

  /** The account. */
  @Override
  public SequenceSummary summary() {
    return summary;
  }

  /** Lets Spark forget the rows. */
  @Override
  public void close() {
    rows.unpersist();
  }
}
