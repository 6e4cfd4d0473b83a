package ai.cresset.jobs.sequence;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.recipe.SequenceDataSettings;
import ai.cresset.jobs.recipe.SequenceDataSettings.Task;
import ai.cresset.jobs.recipe.TableFormat;
import ai.cresset.jobs.rows.FileRow;
import ai.cresset.jobs.rows.FileRows;
import ai.cresset.jobs.split.ClassSplit;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.split.SplitCorpus;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * Texts with labels or with texts to write, split into training, validation and test. The
 * DataFrames have the columns {@code source}, {@code target} (arrays of int) and {@code label}
 * (bigint), in the order of the files.
 */
public final class SequenceCorpus implements SplitCorpus<SequenceSummary> {
  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "sequence 2";

  /** Problems that the account tells. */
  private static final int MOST_PROBLEMS = 10;

  private final SparkSession spark;
  private final JavaRDD<FileRow> stored;
  private final JavaRDD<Pair> rows;
  private final ClassSplit split;
  private final SequenceSummary summary;

  /**
   * A row of the files.
   *
   * @param place from 0, over all rows that are used
   */
  private record Pair(long place, String input, String target) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** What is wrong with a row; nothing if it can be used. */
  private record Judge(SequenceDataSettings settings) implements Serializable {
    private static final long serialVersionUID = 1L;

    String problem(FileRow row) {
      if (!row.fits()) {
        return row.place() + " has other columns than the others";
      }
      if (isBlank(row.values()[0])) {
        return row.place() + " has no text in column '" + settings.input() + "'";
      }
      boolean text = settings.task() == Task.TRANSLATION;
      return isBlank(row.values()[1])
          ? row.place()
              + (text ? " has no text" : " has no class")
              + " in column '"
              + settings.target()
              + "'"
          : "";
    }

    private static boolean isBlank(@Nullable String value) {
      return value == null || value.isBlank();
    }
  }

  private SequenceCorpus(
      SparkSession spark,
      JavaRDD<FileRow> stored,
      JavaRDD<Pair> rows,
      ClassSplit split,
      SequenceSummary summary) {
    this.spark = spark;
    this.stored = stored;
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
                settings.invalid(),
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
    List<FileStatus> files = files(settings, spark.sessionState().newHadoopConf());
    Map<String, List<String>> wanted = new LinkedHashMap<>();
    wanted.put("data.input", List.of(settings.input()));
    wanted.put("data.target", List.of(settings.target()));
    JavaRDD<FileRow> rows =
        new FileRows(settings.path(), format(settings, files), settings.delimiter(), false)
            .read(spark, files.stream().map(file -> file.getPath().toString()).toList(), wanted)
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

  private static TableFormat format(SequenceDataSettings settings, List<FileStatus> files) {
    Set<TableFormat> formats = EnumSet.noneOf(TableFormat.class);
    files.forEach(file -> formats.add(settings.format().of(file.getPath().getName())));
    if (formats.size() > 1) {
      throw ConfigException.value(
          "data.format",
          "auto",
          "csv, json or parquet, because '" + settings.path() + "' has files of several formats");
    }
    return formats.iterator().next();
  }

  private static SequenceCorpus build(
      SparkSession spark, SequenceDataSettings settings, JavaRDD<FileRow> read) {
    Judge judge = new Judge(settings);
    JavaRDD<String> unusable = read.map(judge::problem).filter(problem -> !problem.isEmpty());
    List<String> problems = unusable.take(MOST_PROBLEMS);
    if (!problems.isEmpty() && settings.invalid() == Invalid.ERROR) {
      throw DataException.because(
          problems.get(0) + "; mend it, or set data.invalid=skip, which leaves such rows out");
    }
    long skipped = problems.isEmpty() ? 0 : unusable.count();
    JavaRDD<Pair> rows =
        read.filter(row -> judge.problem(row).isEmpty())
            .zipWithIndex()
            .map(row -> new Pair(row._2(), text(row._1(), 0), text(row._1(), 1)));
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
        read,
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
            split.count(Part.TEST),
            skipped,
            problems));
  }

  private static String text(FileRow row, int column) {
    return Objects.requireNonNull(row.values()[column]);
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
    stored.unpersist();
  }
}
