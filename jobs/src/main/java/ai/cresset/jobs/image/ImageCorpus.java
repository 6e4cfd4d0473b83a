package ai.cresset.jobs.image;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.ImageDataSettings;
import ai.cresset.jobs.split.ClassSplit;
import ai.cresset.jobs.split.ClassSplit.Part;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Labelled images, split into training, validation and test. The DataFrames have the columns {@code
 * image} (binary, unsigned bytes, {@code [channels, height, width]}) and {@code label} (bigint, the
 * class from 0), in the order of the files.
 */
public final class ImageCorpus {
  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "images 1";

  private final SparkSession spark;
  private final ImageFiles files;
  private final ImageClasses classes;
  private final ClassSplit split;

  private ImageCorpus(
      SparkSession spark, ImageFiles files, ImageClasses classes, ClassSplit split) {
    this.spark = spark;
    this.files = files;
    this.classes = classes;
    this.split = split;
  }

  /**
   * Finds and checks the files of a recipe; reads no image yet.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  public static ImageCorpus open(SparkSession spark, ImageDataSettings settings) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    ImageFiles files = ImageFiles.of(settings, configuration);
    ImageClasses classes = ImageClasses.of(files, settings, configuration);
    return new ImageCorpus(spark, files, classes, split(files, classes, settings));
  }

  /**
   * Refuses what cannot be trained on. It takes no Spark, since the files say all about themselves.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  public static void check(Configuration configuration, ImageDataSettings settings) {
    ImageFiles files = ImageFiles.of(settings, configuration);
    split(files, ImageClasses.of(files, settings, configuration), settings);
  }

  private static ClassSplit split(
      ImageFiles files, ImageClasses classes, ImageDataSettings settings) {
    ClassSplit split =
        ClassSplit.of(classes.train(), settings.splitSeed(), settings.validationFraction(), 0);
    if (split.count(Part.VALIDATION) == 0) {
      throw DataException.because(
          files.trainImages().name()
              + " leaves nothing for validation: data.validation_fraction is "
              + settings.validationFraction()
              + " of "
              + classes.train().length
              + " images; give more images or a larger part");
    }
    return split;
  }

  /** What {@link #open} read, in words: equal words mean equal rows. */
  public static String describe(ImageDataSettings settings, Configuration configuration) {
    return FORMAT
        + "\n"
        + ImageFiles.of(settings, configuration).describe()
        + "\n"
        + settings.classes()
        + " "
        + settings.validationFraction()
        + " "
        + settings.splitSeed();
  }

  /** The images of a part. */
  public Dataset<Row> frame(Part part) {
    boolean testing = part == Part.TEST;
    JavaRDD<ImageReader.Image> images = images(testing ? files.testImages() : files.trainImages());
    Broadcast<int[]> labels = context().broadcast(testing ? classes.test() : classes.train());
    Broadcast<ClassSplit> parts = context().broadcast(split);
    JavaRDD<ImageRow> rows =
        images
            .filter(image -> testing || parts.value().part(image.place()) == part)
            .map(
                image -> {
                  ImageRow row = new ImageRow();
                  row.setImage(image.bytes());
                  row.setLabel(labels.value()[image.place()]);
                  return row;
                });
    return spark.createDataset(rows.rdd(), Encoders.bean(ImageRow.class)).select("image", "label");
  }

  private JavaRDD<ImageReader.Image> images(IdxFile file) {
    SerializableConfiguration configuration =
        new SerializableConfiguration(spark.sessionState().newHadoopConf());
    return new ImageReader(file, files.shape(), configuration).read(context());
  }

  private JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  /** The account; reads all images to train on. */
  public ImageSummary summary() {
    Broadcast<ClassSplit> parts = context().broadcast(split);
    PixelSums sums =
        images(files.trainImages())
            .filter(image -> parts.value().part(image.place()) == Part.TRAIN)
            .aggregate(
                new PixelSums(files.shape().channels()),
                (sum, image) -> sum.add(image.bytes()),
                PixelSums::add);
    List<Integer> names = new ArrayList<>(classes.names());
    return new ImageSummary(
        files.shape().channels(),
        files.shape().height(),
        files.shape().width(),
        names,
        split.count(Part.TRAIN),
        split.count(Part.VALIDATION),
        classes.test().length,
        sums.means(),
        sums.deviations());
  }
}
