package ai.cresset.jobs.audio;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.AudioDataSettings;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.split.DecodedFiles;
import ai.cresset.jobs.split.FileSplit;
import ai.cresset.jobs.split.LabelledFile;
import ai.cresset.jobs.split.SplitCorpus;
import ai.cresset.spark.data.ImageFrame;
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

/**
 * Labelled sounds, split into training, validation and test. The DataFrames have the columns {@code
 * sound} (binary, whole numbers of 16 bits) and {@code label} (bigint, the class from 0), in the
 * order of the files' names. They are decoded once, in the tasks that read the files, and kept by
 * Spark until this is closed.
 */
public final class SoundCorpus implements SplitCorpus<SoundSummary> {
  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "sounds 1";

  private final SparkSession spark;
  private final AudioDataSettings settings;
  private final SoundListing listing;
  private final DecodedFiles<DecodedSound> sounds;
  private final FileSplit split;

  private SoundCorpus(
      SparkSession spark,
      AudioDataSettings settings,
      SoundListing listing,
      DecodedFiles<DecodedSound> sounds,
      FileSplit split) {
    this.spark = spark;
    this.settings = settings;
    this.listing = listing;
    this.sounds = sounds;
    this.split = split;
  }

  /**
   * Refuses what cannot be trained on, as far as that can be seen without Spark.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  public static void check(Configuration configuration, AudioDataSettings settings) {
    SoundListing.of(settings, configuration);
    if (!settings.noisePath().isEmpty()) {
      NoiseFiles.read(settings.noisePath(), settings.sampleRate(), configuration);
    }
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
    List<String> unlabelled =
        listing.unlabelled().stream().map(name -> name + ": lies in no folder of a class").toList();
    DecodedFiles<DecodedSound> sounds =
        DecodedFiles.keep(
            decoded(spark, settings, listing),
            DecodedSound::withoutBytes,
            unlabelled,
            settings.invalid() == Invalid.SKIP);
    boolean done = false;
    try {
      FileSplit split =
          FileSplit.of(
              listing.files(),
              listing.classes(),
              sounds.usablePlaces(),
              new FileSplit.Wish(
                  settings.validationFraction(),
                  settings.testFraction(),
                  listing.hasTest(),
                  settings.splitSeed(),
                  "sound"));
      done = true;
      return new SoundCorpus(spark, settings, listing, sounds, split);
    } finally {
      if (!done) {
        sounds.close();
      }
    }
  }

  private static JavaRDD<DecodedSound> decoded(
      SparkSession spark, AudioDataSettings settings, SoundListing listing) {
    Broadcast<Map<String, Integer>> known =
        DecodedFiles.places(
            JavaSparkContext.fromSparkContext(spark.sparkContext()), listing.files());
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
        sounds
            .inOrder(split, part)
            .map(
                each -> {
                  SoundRow row = new SoundRow();
                  row.setSound(each.bytes());
                  row.setLabel(classes.value()[each.place()]);
                  return row;
                });
    return spark.createDataset(rows.rdd(), Encoders.bean(SoundRow.class)).select("sound", "label");
  }

  /** The account; computes the pictures of all sounds to train on. */
  @Override
  public SoundSummary summary() {
    SoundFeatures features = SoundFeatures.of(settings);
    // Added in the order of the partitions, so that equal sounds give equal bits.
    BandSums sums = new BandSums(features.rows());
    sounds
        .of(split, Part.TRAIN)
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
        sounds.numProblems(),
        sounds.problems());
  }

  /** Lets Spark forget the sounds. */
  @Override
  public void close() {
    sounds.close();
  }
}
