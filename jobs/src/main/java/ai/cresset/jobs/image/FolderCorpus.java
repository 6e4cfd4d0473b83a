package ai.cresset.jobs.image;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.ImageDataSettings;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.split.FileSplit;
import ai.cresset.jobs.split.LabelledFile;
import ai.cresset.spark.data.ImageFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
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
 * The images of folders. They are decoded once, in the tasks that read the files, and kept by Spark
 * until this is closed; the driver knows of each whether it can be used, and its size.
 */
final class FolderCorpus implements ImageCorpus {
  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "folders 1";

  /** Problems that the account tells. */
  private static final int MOST_PROBLEMS = 10;

  private final SparkSession spark;
  private final FolderListing listing;
  private final JavaRDD<DecodedFile> images;
  private final FolderShape shape;
  private final FileSplit split;
  private final List<String> problems;

  private FolderCorpus(
      SparkSession spark,
      FolderListing listing,
      JavaRDD<DecodedFile> images,
      FolderShape shape,
      FileSplit split,
      List<String> problems) {
    this.spark = spark;
    this.listing = listing;
    this.images = images;
    this.shape = shape;
    this.split = split;
    this.problems = problems;
  }

  /**
   * Decodes all files.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  static FolderCorpus open(SparkSession spark, ImageDataSettings settings, FolderListing listing) {
    JavaRDD<DecodedFile> images = decoded(spark, settings, listing);
    images.persist(StorageLevel.MEMORY_AND_DISK());
    boolean done = false;
    try {
      List<DecodedFile> found =
          images.map(DecodedFile::withoutElements).collect().stream()
              .sorted(Comparator.comparingInt(DecodedFile::place))
              .toList();
      List<DecodedFile> good = new ArrayList<>();
      List<String> problems = new ArrayList<>();
      for (DecodedFile each : found) {
        if (each.problem().isEmpty()) {
          good.add(each);
          continue;
        }
        if (settings.invalid() == Invalid.ERROR) {
          throw DataException.because(
              each.problem() + " (or set data.invalid=skip, which leaves such files out)");
        }
        problems.add(each.problem());
      }
      FolderShape shape = FolderShape.of(listing, good);
      FileSplit split =
          FileSplit.of(
              listing.files(),
              listing.classes(),
              good.stream().map(DecodedFile::place).toList(),
              new FileSplit.Wish(
                  settings.validationFraction(),
                  settings.testFraction(),
                  listing.hasTest(),
                  settings.splitSeed(),
                  "image"));
      done = true;
      return new FolderCorpus(spark, listing, images, shape, split, problems);
    } finally {
      if (!done) {
        images.unpersist();
      }
    }
  }

  private static JavaRDD<DecodedFile> decoded(
      SparkSession spark, ImageDataSettings settings, FolderListing listing) {
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < listing.files().size(); place++) {
      places.put(listing.files().get(place).path(), place);
    }
    Broadcast<Map<String, Integer>> known =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(places);
    Dataset<Row> files =
        ImageFrame.files(spark, listing.directory())
            .filter(
                (FilterFunction<Row>)
                    row -> known.value().containsKey(row.<String>getAs(ImageFrame.PATH)));
    return ImageFrame.decoded(files, ImageCorpus.form(settings))
        .toJavaRDD()
        .map(row -> DecodedFile.of(known.value().getOrDefault(row.getString(0), -1), row));
  }

  /** What {@link #open} reads, in words: equal words mean equal rows. */
  static String describe(ImageDataSettings settings, Labels labels, Configuration configuration) {
    return FORMAT
        + (labels == Labels.IGNORED ? " without labels" : "")
        + "\n"
        + FolderListing.of(settings, labels, configuration).describe()
        + "\n"
        + ImageCorpus.form(settings)
        + " "
        + settings.validationFraction()
        + " "
        + settings.testFraction()
        + " "
        + settings.splitSeed()
        + " "
        + settings.invalid();
  }

  @Override
  public Dataset<Row> frame(Part part) {
    int[] labels = listing.files().stream().mapToInt(LabelledFile::label).toArray();
    Broadcast<int[]> classes =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(labels);
    int channels = shape.channels();
    JavaPairRDD<Integer, DecodedFile> ordered =
        of(part).mapToPair(each -> new Tuple2<>(each.place(), each)).sortByKey();
    JavaRDD<ImageRow> rows =
        ordered.map(
            each -> {
              ImageRow row = new ImageRow();
              row.setImage(each._2().elements(channels));
              row.setLabel(classes.value()[each._1()]);
              return row;
            });
    return spark.createDataset(rows.rdd(), Encoders.bean(ImageRow.class)).select("image", "label");
  }

  private JavaRDD<DecodedFile> of(Part part) {
    Broadcast<FileSplit> parts =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(split);
    return images.filter(each -> parts.value().isOf(part, each.place()));
  }

  @Override
  public ImageSummary summary() {
    int channels = shape.channels();
    PixelSums sums =
        of(Part.TRAIN)
            .aggregate(
                new PixelSums(channels),
                (sum, each) -> sum.add(each.elements(channels)),
                PixelSums::add);
    List<Long> counts = new ArrayList<>(Collections.nCopies(listing.classes().size(), 0L));
    for (int place = 0; place < listing.files().size(); place++) {
      if (split.isOf(Part.TRAIN, place)) {
        int label = listing.files().get(place).label();
        counts.set(label, counts.get(label) + 1);
      }
    }
    return new ImageSummary(
        channels,
        shape.height(),
        shape.width(),
        listing.classes(),
        counts,
        split.count(Part.TRAIN),
        split.count(Part.VALIDATION),
        split.count(Part.TEST),
        sums.means(),
        sums.deviations(),
        problems.size(),
        problems.subList(0, Math.min(MOST_PROBLEMS, problems.size())));
  }

  @Override
  public void close() {
    images.unpersist();
  }
}
