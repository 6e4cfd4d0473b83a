package ai.cresset.jobs.audio;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.AudioDataSettings;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.split.FileSplit;
import ai.cresset.jobs.split.LabelledFile;
import ai.cresset.jobs.split.SplitCorpus;
import ai.cresset.spark.data.ImageFrame;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Labelled sounds, split into training, validation and test. The DataFrames have the columns {@code
 * sound} (binary, whole numbers of 16 bits) and {@code label} (bigint, the class from 0), in the
 * order of the files' names. They are decoded once, in the tasks that read the files, and kept by
 * Spark until this is closed.
 */
public final class SoundCorpus implements SplitCorpus<SoundSummary> {
  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "sounds 1";

  /** Problems that the account tells. */
  private static final int MOST_PROBLEMS = 10;

  private final SparkSession spark;
  private final AudioDataSettings settings;
  private final SoundListing listing;
  private final JavaRDD<DecodedSound> sounds;
  private final FileSplit split;
  private final List<String> problems;

  private SoundCorpus(
      SparkSession spark,
      AudioDataSettings settings,
      SoundListing listing,
      JavaRDD<DecodedSound> sounds,
      FileSplit split,
      List<String> problems) {
    this.spark = spark;
    this.settings = settings;
    this.listing = listing;
    this.sounds = sounds;
    this.split = split;
    this.problems = problems;
  }

  /**
   * Refuses what cannot be trained on, as far as that can be seen without Spark.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  public static void check(Configuration configuration, AudioDataSettings settings) {
    SoundListing.of(settings, configuration);
  }

  /** What {@link #open} would read, in words: equal words mean equal rows. */
  public static String describe(AudioDataSettings settings, Configuration configuration) {
    return FORMAT
        + "\n"
        + SoundListing.of(settings, configuration).describe()
        + "\n"
        + SoundForm.of(settings)
        + " "
        + SoundFeatures.of(settings)
        + " "
        + settings.validationFraction()
        + " "
        + settings.testFraction()
        + " "
        + settings.splitSeed()
        + " "
        + settings.invalid();
  }

  /**
   * Decodes all files.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  public static SoundCorpus open(SparkSession spark, AudioDataSettings settings) {
    SoundListing listing = SoundListing.of(settings, spark.sessionState().newHadoopConf());
    JavaRDD<DecodedSound> sounds = decoded(spark, settings, listing);
    sounds.persist(StorageLevel.MEMORY_AND_DISK());
    boolean done = false;
    try {
      List<DecodedSound> found =
          sounds.map(DecodedSound::withoutBytes).collect().stream()
              .sorted(Comparator.comparingInt(DecodedSound::place))
              .toList();
      List<String> problems = new ArrayList<>();
      for (String each : listing.unlabelled()) {
        problems.add(each + ": lies in no folder of a class");
      }
      List<DecodedSound> good = new ArrayList<>();
      for (DecodedSound each : found) {
        if (each.problem().isEmpty()) {
          good.add(each);
        } else if (settings.invalid() == Invalid.ERROR) {
          throw DataException.because(
              each.problem() + " (or set data.invalid=skip, which leaves such files out)");
        } else {
          problems.add(each.problem());
        }
      }
      FileSplit split =
          FileSplit.of(
              listing.files(),
              listing.classes(),
              good.stream().map(DecodedSound::place).toList(),
              new FileSplit.Wish(
                  settings.validationFraction(),
                  settings.testFraction(),
                  listing.hasTest(),
                  settings.splitSeed(),
                  "sound"));
      done = true;
      return new SoundCorpus(spark, settings, listing, sounds, split, problems);
    } finally {
      if (!done) {
        sounds.unpersist();
      }
    }
  }

  private static JavaRDD<DecodedSound> decoded(
      SparkSession spark, AudioDataSettings settings, SoundListing listing) {
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < listing.files().size(); place++) {
      places.put(listing.files().get(place).path(), place);
    }
    Broadcast<Map<String, Integer>> known =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(places);
    SoundForm form = SoundForm.of(settings);
    return ImageFrame.files(spark, listing.directory())
        .filter(
            (FilterFunction<Row>)
                row -> known.value().containsKey(row.<String>getAs(ImageFrame.PATH)))
        .select(ImageFrame.PATH, "content")
        .toJavaRDD()
        .map(
            row ->
                DecodedSound.of(
                    known.value().getOrDefault(row.getString(0), -1),
                    row.getAs(1),
                    row.getString(0),
                    form));
  }

  /** The sounds of a part. */
  @Override
  public Dataset<Row> frame(Part part) {
    int[] labels = listing.files().stream().mapToInt(LabelledFile::label).toArray();
    Broadcast<int[]> classes =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(labels);
    JavaRDD<SoundRow> rows =
        of(part)
            .mapToPair(each -> new Tuple2<>(each.place(), each))
            .sortByKey()
            .map(
                each -> {
                  SoundRow row = new SoundRow();
                  row.setSound(each._2().bytes());
                  row.setLabel(classes.value()[each._1()]);
                  return row;
                });
    return spark.createDataset(rows.rdd(), Encoders.bean(SoundRow.class)).select("sound", "label");
  }

  private JavaRDD<DecodedSound> of(Part part) {
    Broadcast<FileSplit> parts =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(split);
    return sounds.filter(each -> parts.value().isOf(part, each.place()));
  }

  /** The account; computes the pictures of all sounds to train on. */
  @Override
  public SoundSummary summary() {
    SoundFeatures features = SoundFeatures.of(settings);
    // Added in the order of the partitions, so that equal sounds give equal bits.
    BandSums sums = new BandSums(features.rows());
    of(Part.TRAIN)
        .mapPartitions(
            all -> {
              BandSums part = new BandSums(features.rows());
              all.forEachRemaining(each -> part.add(features.picture(each.bytes())));
              return List.of(part).iterator();
            })
        .collect()
        .forEach(sums::add);
    return new SoundSummary(
        features,
        listing.classes(),
        split.count(Part.TRAIN),
        split.count(Part.VALIDATION),
        split.count(Part.TEST),
        sums.means(),
        sums.deviations(),
        problems.size(),
        problems.subList(0, Math.min(MOST_PROBLEMS, problems.size())));
  }

  /** Lets Spark forget the sounds. */
  @Override
  public void close() {
    sounds.unpersist();
  }
}
