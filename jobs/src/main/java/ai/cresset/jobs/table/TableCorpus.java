package ai.cresset.jobs.table;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.recipe.TableDataSettings;
import ai.cresset.jobs.recipe.TableDataSettings.Missing;
import ai.cresset.jobs.split.ClassSplit;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.split.SplitCorpus;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A table as numbers, split into training, validation and test. The DataFrames have the columns
 * {@code numbers} (array of float), {@code categories} (array of bigint), {@code label} (bigint)
 * and {@code target} (double), in the order of the files.
 */
public final class TableCorpus implements SplitCorpus<TableSummary> {
  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "table 2";

  private final SparkSession spark;
  private final JavaRDD<TableRow> stored;
  private final JavaRDD<TableRow> rows;
  private final Kept kept;
  private final RowEncoder encoder;
  private final TableSummary summary;

  private TableCorpus(
      SparkSession spark,
      JavaRDD<TableRow> stored,
      Kept kept,
      RowEncoder encoder,
      TableSummary summary) {
    this.spark = spark;
    this.stored = stored;
    this.rows = stored.filter(TableRow::isUsable);
    this.kept = kept;
    this.encoder = encoder;
    this.summary = summary;
  }

  /**
   * Refuses what needs no reading of all rows to be refused.
   *
   * @throws ai.cresset.error.CressetException that names file, column or setting
   */
  public static void check(Configuration configuration, TableDataSettings settings) {
    TableFiles.of(settings, configuration);
  }

  /** What {@link #read} would read, in words: equal words mean equal rows. */
  public static String describe(TableDataSettings settings, Configuration configuration) {
    return FORMAT
        + "\n"
        + TableFiles.of(settings, configuration)
        + "\n"
        + List.of(
            settings.format(),
            settings.delimiter(),
            settings.label(),
            settings.task(),
            settings.numeric(),
            settings.categorical(),
            settings.ignore(),
            settings.missingValues(),
            settings.missing(),
            settings.invalid(),
            settings.maxCategories(),
            settings.validationFraction(),
            settings.testFraction(),
            settings.splitSeed());
  }

  /**
   * Reads the table of a recipe.
   *
   * @throws DataException that names the row and column of what cannot be used
   */
  public static TableCorpus read(SparkSession spark, TableDataSettings settings) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    TableFiles files = TableFiles.of(settings, configuration);
    TableReader reader =
        new TableReader(files, settings, new SerializableConfiguration(configuration));
    List<RowRange> ranges = reader.ranges(context(spark));
    JavaRDD<TableRow> rows =
        reader.read(context(spark), ranges).persist(StorageLevel.MEMORY_AND_DISK());
    boolean done = false;
    try {
      TableCorpus corpus = new Builder(spark, settings, files, ranges, rows).build();
      done = true;
      return corpus;
    } finally {
      if (!done) {
        rows.unpersist();
      }
    }
  }

  /** The rows of a part. */
  @Override
  public Dataset<Row> frame(Part part) {
    Broadcast<Kept> rowsKept = context(spark).broadcast(kept);
    Broadcast<RowEncoder> encoders = context(spark).broadcast(encoder);
    JavaRDD<EncodedRow> encoded =
        rows.mapPartitionsWithIndex((index, all) -> rowsKept.value().of(index, all, part), false)
            .map(row -> encoders.value().encode(row.values()));
    return spark
        .createDataset(encoded.rdd(), Encoders.bean(EncodedRow.class))
        .select("numbers", "categories", "label", "target");
  }

  /** The account. */
  @Override
  public TableSummary summary() {
    return summary;
  }

  /** Lets Spark forget the rows; the DataFrames would read them anew. */
  @Override
  public void close() {
    stored.unpersist();
  }

  private static JavaSparkContext context(SparkSession spark) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  /**
   * Which rows are used for what.
   *
   * @param plan tells the rows that are left out
   * @param dropsMissing whether any are
   * @param firsts the place of each partition's first row among those that are used
   * @param split what each is for
   */
  private record Kept(ColumnPlan plan, boolean dropsMissing, List<Integer> firsts, ClassSplit split)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    Iterator<TableRow> of(int partition, Iterator<TableRow> all, Part part) {
      List<TableRow> found = new ArrayList<>();
      int place = firsts.get(partition);
      while (all.hasNext()) {
        TableRow row = all.next();
        if ((!dropsMissing || plan.isWhole(row)) && split.part(place++) == part) {
          found.add(row);
        }
      }
      return found.iterator();
    }
  }

  /**
   * The rows of a partition that are used.
   *
   * @param numbers of the rows in their file
   * @param classes of the rows
   * @param dropped how many others there are
   */
  private record Used(int[] numbers, int[] classes, int dropped) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private record Builder(
      SparkSession spark,
      TableDataSettings settings,
      TableFiles files,
      List<RowRange> ranges,
      JavaRDD<TableRow> stored) {
    private static final int MOST_PROBLEMS = 10;

    private JavaRDD<TableRow> rows() {
      return stored.filter(TableRow::isUsable);
    }

    TableCorpus build() {
      JavaRDD<String> unusable = stored.filter(row -> !row.isUsable()).map(TableRow::problem);
      boolean skips = settings.invalid() == Invalid.SKIP;
      long skipped = skips ? unusable.count() : 0;
      List<String> problems = skips ? unusable.take(MOST_PROBLEMS) : List.of();
      ColumnPlan plan = ColumnPlan.of(files, profiles(), settings);
      boolean drops = settings.missing() == Missing.DROP;
      List<Used> used = rows().mapPartitions(all -> used(all, plan, drops)).collect();
      int total = used.stream().mapToInt(each -> each.classes().length).sum();
      int[] classes = new int[total];
      List<Integer> firsts = new ArrayList<>();
      int place = 0;
      for (Used each : used) {
        firsts.add(place);
        System.arraycopy(each.classes(), 0, classes, place, each.classes().length);
        place += each.classes().length;
      }
      refuseSingles(plan, used, classes);
      ClassSplit split =
          ClassSplit.of(
              classes,
              settings.splitSeed(),
              settings.validationFraction(),
              settings.testFraction());
      for (Part part : Part.values()) {
        if (split.count(part) == 0) {
          throw DataException.because(
              "data.path: "
                  + total
                  + (total == 1 ? " row is" : " rows are")
                  + " too few for training, validation and test with data.validation_fraction "
                  + settings.validationFraction()
                  + " and data.test_fraction "
                  + settings.testFraction()
                  + "; give more rows");
        }
      }
      Kept kept = new Kept(plan, drops, firsts, split);
      TableColumns columns = statistics(plan, kept).columns(files.header());
      int dropped = used.stream().mapToInt(Used::dropped).sum();
      return new TableCorpus(
          spark,
          stored,
          kept,
          new RowEncoder(plan, columns),
          new TableSummary(
              files.files().size(),
              total + dropped + skipped,
              dropped,
              skipped,
              problems,
              settings.ignore(),
              split.count(Part.TRAIN),
              split.count(Part.VALIDATION),
              split.count(Part.TEST),
              columns));
    }

    /** Partitions are added in their order, whichever ends first. */
    private List<ColumnProfile> profiles() {
      int most = settings.maxCategories();
      int width = files.header().size();
      List<ColumnProfile> all = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        all.add(new ColumnProfile(most));
      }
      int[] file = ranges.stream().mapToInt(RowRange::file).toArray();
      List<List<ColumnProfile>> parts =
          rows()
              .mapPartitionsWithIndex(
                  (range, each) -> profiles(file[range], each, width, most), false)
              .collect();
      for (List<ColumnProfile> part : parts) {
        for (int i = 0; i < width; i++) {
          all.get(i).add(part.get(i));
        }
      }
      return all;
    }

    private static Iterator<List<ColumnProfile>> profiles(
        int file, Iterator<TableRow> rows, int width, int most) {
      List<ColumnProfile> profiles = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        profiles.add(new ColumnProfile(most));
      }
      while (rows.hasNext()) {
        TableRow row = rows.next();
        for (int i = 0; i < width; i++) {
          profiles.get(i).add(file, row.number(), row.values()[i]);
        }
      }
      return List.of(profiles).iterator();
    }

    private static Iterator<Used> used(Iterator<TableRow> rows, ColumnPlan plan, boolean drops) {
      List<Integer> numbers = new ArrayList<>();
      List<Integer> classes = new ArrayList<>();
      int dropped = 0;
      while (rows.hasNext()) {
        TableRow row = rows.next();
        if (drops && !plan.isWhole(row)) {
          dropped++;
        } else {
          numbers.add(row.number());
          classes.add(plan.classOf(row.values()));
        }
      }
      return List.of(new Used(array(numbers), array(classes), dropped)).iterator();
    }

    private static int[] array(List<Integer> numbers) {
      return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    private void refuseSingles(ColumnPlan plan, List<Used> used, int[] classes) {
      int[] counts = new int[Math.max(1, plan.classes().size())];
      for (int each : classes) {
        counts[each]++;
      }
      for (int range = 0; range < used.size(); range++) {
        Used rowsOfFile = used.get(range);
        for (int i = 0; i < rowsOfFile.classes().length; i++) {
          int found = rowsOfFile.classes()[i];
          if (!plan.classes().isEmpty() && counts[found] == 1) {
            throw DataException.because(
                "data.label: the class '"
                    + plan.classes().get(found)
                    + "' of column '"
                    + settings.label()
                    + "' occurs once, in "
                    + ColumnPlan.place(files, ranges.get(range).file(), rowsOfFile.numbers()[i])
                    + "; a class needs at least two rows (or set data.task=regression, if the"
                    + " label is a quantity)");
          }
        }
      }
    }

    private TrainingStatistics statistics(ColumnPlan plan, Kept kept) {
      Broadcast<Kept> shared = context(spark).broadcast(kept);
      List<TrainingStatistics> parts =
          rows()
              .mapPartitionsWithIndex(
                  (index, all) -> {
                    TrainingStatistics part = new TrainingStatistics(shared.value().plan());
                    shared
                        .value()
                        .of(index, all, Part.TRAIN)
                        .forEachRemaining(row -> part.add(row.values()));
                    return List.of(part).iterator();
                  },
                  false)
              .collect();
      TrainingStatistics all = new TrainingStatistics(plan);
      parts.forEach(all::add);
      return all;
    }
  }
}
