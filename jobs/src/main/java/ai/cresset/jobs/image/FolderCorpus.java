package ai.cresset.jobs.image;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.ImageDataSettings;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.jobs.split.DecodedFiles;
import ai.cresset.jobs.split.FileSplit;
import ai.cresset.jobs.split.LabelledFile;
import ai.cresset.spark.data.ImageFrame;
import java.util.ArrayList;
import java.util.Collections;
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
 * The images of folders. They are decoded once, in the tasks that read the files, and kept by Spark
 * until this is closed; the driver knows of each whether it can be used, and its size.
 */
final class FolderCorpus implements ImageCorpus {
  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "folders 1";

  private final SparkSession spark;
  private final FolderListing listing;
  private final DecodedFiles<DecodedFile> images;
  private final FolderShape shape;
  private final FileSplit split;

  private FolderCorpus(
      SparkSession spark,
      FolderListing listing,
      DecodedFiles<DecodedFile> images,
      FolderShape shape,
      FileSplit split) {
    this.spark = spark;
    this.listing = listing;
    this.images = images;
    this.shape = shape;
    this.split = split;
  }

  /**
   * Decodes all files.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  static FolderCorpus open(SparkSession spark, ImageDataSettings settings, FolderListing listing) {
    DecodedFiles<DecodedFile> images =
        DecodedFiles.keep(
            decoded(spark, settings, listing),
            DecodedFile::withoutElements,
            List.of(),
            settings.invalid() == Invalid.SKIP);
    boolean done = false;
    try {
      FolderShape shape = FolderShape.of(listing, images.usable());
      FileSplit split =
          FileSplit.of(
              listing.files(),
              listing.classes(),
              images.usablePlaces(),
              new FileSplit.Wish(
                  settings.validationFraction(),
                  settings.testFraction(),
                  listing.hasTest(),
                  settings.splitSeed(),
                  "image"));
      done = true;
      return new FolderCorpus(spark, listing, images, shape, split);
    } finally {
      if (!done) {
        images.close();
      }
    }
  }

  private static JavaRDD<DecodedFile> decoded(
      SparkSession spark, ImageDataSettings settings, FolderListing listing) {
    Broadcast<Map<String, Integer>> known =
        DecodedFiles.places(
            JavaSparkContext.fromSparkContext(spark.sparkContext()), listing.files());
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
    JavaRDD<ImageRow> rows =
        images
            .inOrder(split, part)
            .map(
                each -> {
                  ImageRow row = new ImageRow();
                  row.setImage(each.elements(channels));
                  row.setLabel(classes.value()[each.place()]);
                  return row;
                });
    return spark.createDataset(rows.rdd(), Encoders.bean(ImageRow.class)).select("image", "label");
  }

  @Override
  public ImageSummary summary() {
    int channels = shape.channels();
    PixelSums sums =
        images
            .of(split, Part.TRAIN)
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
        images.numProblems(),
        images.problems());
  }

  @Override
  public void close() {
    images.close();
  }
}
