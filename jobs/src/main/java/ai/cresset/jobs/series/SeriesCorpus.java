package ai.cresset.jobs.series;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.recipe.SeriesDataSettings;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.split.SplitCorpus;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Windows of time series, split by time into training, validation and test. The DataFrames have the
 * columns {@code past}, {@code ahead}, {@code target} (arrays of float), {@code scale} (array of
 * double), {@code series} and {@code time} (bigint), as {@link WindowRow} says. A series is put
 * together by one task, in its memory.
 */
public final class SeriesCorpus implements SplitCorpus<SeriesSummary> {
  /** Changes when the same request would give other windows. */
  private static final String FORMAT = "series 1";

  private final SparkSession spark;
  private final JavaRDD<SeriesHistory> histories;
  private final WindowCutter cutter;
  private final SeriesSummary summary;

  private SeriesCorpus(
      SparkSession spark,
      JavaRDD<SeriesHistory> histories,
      WindowCutter cutter,
      SeriesSummary summary) {
    this.spark = spark;
    this.histories = histories;
    this.cutter = cutter;
    this.summary = summary;
  }

  /** Refuses files that are not there. */
  public static void check(Configuration configuration, SeriesDataSettings settings) {
    SeriesFiles.of(settings, configuration);
  }

  /** What {@link #read} would read, in words: equal words mean equal windows. */
  public static String describe(SeriesDataSettings settings, Configuration configuration) {
    return FORMAT
        + "\n"
        + SeriesFiles.of(settings, configuration).describe()
        + List.of(
            settings.format(),
            settings.delimiter(),
            settings.time(),
            settings.step(),
            settings.series(),
            settings.targets(),
            settings.known(),
            settings.calendar(),
            settings.context(),
            settings.horizon(),
            settings.stride(),
            settings.season(),
            settings.gaps(),
            settings.invalid(),
            settings.validationFraction(),
            settings.testFraction());
  }

  /** What the driver knows of a series. */
  private record Outline(String name, long begin, long last, SeriesTally tally)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** What the time to train on says of a series; no scale if there is too little of it. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Learned(
      String name,
      List<SeriesScale> scale,
      double[] sums,
      double[] squares,
      long steps,
      long[] windows)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Reads the series of a recipe.
   *
   * @throws DataException that names file and row of what cannot be used
   */
  public static SeriesCorpus read(SparkSession spark, SeriesDataSettings settings) {
    Histories read = histories(spark, settings);
    boolean done = false;
    try {
      SeriesCorpus corpus = build(spark, settings, read);
      done = true;
      return corpus;
    } finally {
      if (!done) {
        read.all().unpersist();
      }
    }
  }

  /** All series, kept by Spark, and what was found in rows that belong to none. */
  private record Histories(JavaRDD<SeriesHistory> all, SeriesTally tally) {}

  private static Histories histories(SparkSession spark, SeriesDataSettings settings) {
    TimeGrid grid = TimeGrid.of(settings.step());
    SeriesFiles files = SeriesFiles.of(settings, spark.sessionState().newHadoopConf());
    JavaRDD<SeriesRow> rows = new SeriesReader(settings, grid).read(spark, files);
    JavaRDD<SeriesRow> wrong = rows.filter(row -> !row.problem().isEmpty());
    Comparator<SeriesRow> order =
        Comparator.comparing(SeriesRow::file).thenComparingLong(SeriesRow::number);
    List<SeriesRow> first = new ArrayList<>(wrong.collect());
    first.sort(order);
    if (!first.isEmpty() && settings.invalid() == Invalid.ERROR) {
      throw DataException.because(
          first.get(0).problem() + "; mend it, or set data.invalid=skip, which leaves it out");
    }
    List<String> problems = first.stream().limit(10).map(SeriesRow::problem).toList();
    SeriesAssembly assembly = new SeriesAssembly(settings, grid);
    JavaRDD<SeriesHistory> all =
        rows.filter(row -> row.problem().isEmpty())
            .mapToPair(row -> new Tuple2<>(row.series(), row))
            .groupByKey()
            .map(each -> assembly.of(each._1(), each._2()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    return new Histories(all, new SeriesTally(0, first.size(), 0, 0, 0, 0, problems));
  }

  private static SeriesCorpus build(
      SparkSession spark, SeriesDataSettings settings, Histories read) {
    List<Outline> outlines =
        new ArrayList<>(
            read.all()
                .filter(each -> each.observed() > 0)
                .map(
                    each ->
                        new Outline(
                            each.name(),
                            each.begin(),
                            each.time(each.observed() - 1),
                            each.tally()))
                .collect());
    if (outlines.isEmpty()) {
      throw DataException.because(
          "data.path: '" + settings.path() + "' has no row with time and value");
    }
    outlines.sort(Comparator.comparing(Outline::name));
    TimeGrid grid = TimeGrid.of(settings.step());
    SeriesTally tally = read.tally();
    long begin = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (Outline each : outlines) {
      tally = tally.plus(each.tally());
      begin = Math.min(begin, each.begin());
      last = Math.max(last, each.last());
    }
    TimeCuts cuts =
        TimeCuts.of(
            begin, last, grid.step(), settings.validationFraction(), settings.testFraction());
    WindowCutter cutter =
        new WindowCutter(settings.context(), settings.horizon(), settings.stride(), cuts);
    int season = settings.season();
    List<Learned> learned =
        new ArrayList<>(
            read.all()
                .filter(each -> each.observed() > 0)
                .map(each -> learned(each, cutter, season))
                .collect());
    learned.sort(Comparator.comparing(Learned::name));
    return new SeriesCorpus(
        spark, read.all(), cutter, summary(settings, grid, cuts, tally, learned));
  }

  private static Learned learned(SeriesHistory history, WindowCutter cutter, int season) {
    int end = Math.min(history.observed(), history.at(cutter.cuts().validation()));
    int known = history.values()[0].length - history.targets();
    double[] sums = new double[known];
    double[] squares = new double[known];
    for (int i = 0; i < end; i++) {
      for (int j = 0; j < known; j++) {
        double value = history.values()[i][history.targets() + j];
        sums[j] += value;
        squares[j] += value * value;
      }
    }
    long[] windows = new long[Part.values().length];
    for (Part part : Part.values()) {
      windows[part.ordinal()] = cutter.places(history, part).size();
    }
    return new Learned(
        history.name(),
        end < 2 ? List.of() : List.of(SeriesScale.of(history, end, season)),
        sums,
        squares,
        end,
        windows);
  }

  private static SeriesSummary summary(
      SeriesDataSettings settings,
      TimeGrid grid,
      TimeCuts cuts,
      SeriesTally tally,
      List<Learned> learned) {
    int known = settings.known().size();
    double[] sums = new double[known];
    double[] squares = new double[known];
    long steps = 0;
    long[] windows = new long[Part.values().length];
    List<SeriesScale> scales = new ArrayList<>();
    List<String> tooShort = new ArrayList<>();
    for (Learned each : learned) {
      if (each.scale().isEmpty()) {
        tooShort.add(each.name());
        continue;
      }
      scales.addAll(each.scale());
      steps += each.steps();
      for (int i = 0; i < known; i++) {
        sums[i] += each.sums()[i];
        squares[i] += each.squares()[i];
      }
      for (int i = 0; i < windows.length; i++) {
        windows[i] += each.windows()[i];
      }
    }
    if (!tooShort.isEmpty() && settings.invalid() == Invalid.ERROR) {
      throw DataException.because(
          "data.path: the series '"
              + tooShort.get(0)
              + "' has fewer than two rows before "
              + grid.format(cuts.validation())
              + ", where the time to train on ends; give more of it, or set data.invalid=skip,"
              + " which leaves such series out");
    }
    List<Double> means = new ArrayList<>(Collections.nCopies(known, 0.0));
    List<Double> deviations = new ArrayList<>(Collections.nCopies(known, 1.0));
    for (int i = 0; i < known && steps > 0; i++) {
      double mean = sums[i] / steps;
      double variance = squares[i] / steps - mean * mean;
      means.set(i, mean);
      deviations.set(i, variance > 1e-12 * (1 + mean * mean) ? Math.sqrt(variance) : 1);
    }
    for (Part part : Part.values()) {
      if (windows[part.ordinal()] == 0) {
        throw DataException.because(
            "data.path: "
                + tally.rows()
                + " rows have no window of data.context "
                + settings.context()
                + " and data.horizon "
                + settings.horizon()
                + " for "
                + part.name().toLowerCase(Locale.ROOT)
                + "; give more rows, shorter windows, or larger fractions");
      }
    }
    return new SeriesSummary(
        settings.targets(),
        settings.known(),
        means,
        deviations,
        settings.calendar(),
        settings.context(),
        settings.horizon(),
        settings.season(),
        grid,
        cuts,
        scales,
        tally,
        tooShort,
        windows[Part.TRAIN.ordinal()],
        windows[Part.VALIDATION.ordinal()],
        windows[Part.TEST.ordinal()]);
  }

  /** The windows of a part, series after series. */
  @Override
  public Dataset<Row> frame(Part part) {
    Broadcast<SeriesSummary> summaries =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(summary);
    WindowCutter cuts = cutter;
    JavaRDD<WindowRow> rows =
        histories
            .mapToPair(each -> new Tuple2<>(each.name(), each))
            .sortByKey() // the order of windows does not hang on where Spark put their series
            .mapPartitions(
                all -> {
                  Map<String, Integer> places = WindowCutter.places(summaries.value());
                  List<Iterator<WindowRow>> parts = new ArrayList<>();
                  all.forEachRemaining(
                      each -> {
                        Integer place = places.get(each._1());
                        if (place != null) {
                          parts.add(cuts.windows(each._2(), part, summaries.value(), place));
                        }
                      });
                  return parts.stream()
                      .flatMap(
                          each ->
                              StreamSupport.stream(
                                  ((Iterable<WindowRow>) () -> each).spliterator(), false))
                      .iterator();
                });
    return spark
        .createDataset(rows.rdd(), Encoders.bean(WindowRow.class))
        .select("past", "ahead", "target", "scale", "series", "time");
  }

  /** The account. */
  @Override
  public SeriesSummary summary() {
    return summary;
  }

  /**
   * The window at the end of each series that a model knows: what it is forecast from is all there,
   * its targets are not.
   *
   * @param summary what the model was trained with
   * @throws DataException if a series is unknown or too short, or the future's known values are
   *     missing
   */
  public static List<WindowRow> newest(
      SparkSession spark, SeriesDataSettings settings, SeriesSummary summary) {
    Histories read = histories(spark, settings);
    try {
      Map<String, Integer> places = WindowCutter.places(summary);
      boolean skips = settings.invalid() == Invalid.SKIP;
      List<WindowRow> rows =
          new ArrayList<>(
              read.all()
                  .filter(each -> each.observed() > 0)
                  .flatMap(each -> newest(each, summary, places, skips).iterator())
                  .collect());
      rows.sort(Comparator.comparingLong(WindowRow::getSeries));
      return rows;
    } finally {
      read.all().unpersist();
    }
  }

  private static List<WindowRow> newest(
      SeriesHistory history, SeriesSummary summary, Map<String, Integer> places, boolean skips) {
    int at = history.observed();
    Integer place = places.get(history.name());
    String problem = "";
    if (place == null) {
      problem = "is none of those that the model was trained with";
    } else if (at < summary.context() || !history.isWhole(at - summary.context(), at)) {
      problem = "does not end with data.context = " + summary.context() + " steps without a gap";
    } else if (!summary.known().isEmpty() && history.values().length < at + summary.horizon()) {
      problem =
          "has "
              + (history.values().length - at)
              + " rows with "
              + summary.known()
              + " and without values after its end, expected data.horizon = "
              + summary.horizon();
    }
    if (problem.isEmpty() && place != null) {
      return List.of(WindowCutter.window(history, at, summary, place));
    }
    if (skips) {
      return List.of();
    }
    throw DataException.because(
        "the series '" + history.name() + "' " + problem + "; data.invalid=skip leaves it out");
  }

  /** Lets Spark forget the series. */
  @Override
  public void close() {
    histories.unpersist();
  }
}
