package ai.cresset.jobs.image;

import ai.cresset.data.image.ImageMode;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.ImageDataSettings;
import ai.cresset.jobs.split.ClassSplit;
import ai.cresset.jobs.split.ClassSplit.Part;
import ai.cresset.spark.data.ImageForm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** The images of IDX files, as the MNIST family has them. */
final class IdxCorpus implements ImageCorpus {
  /** Changes when the same request would give other rows. */
  private static final String FORMAT = "images 2";

  private final SparkSession spark;
  private final ImageFiles files;
  private final ImageForm form;
  private final ImageClasses classes;
  private final ClassSplit split;

  private IdxCorpus(
      SparkSession spark,
      ImageFiles files,
      ImageForm form,
      ImageClasses classes,
      ClassSplit split) {
    this.spark = spark;
    this.files = files;
    this.form = form;
    this.classes = classes;
    this.split = split;
  }

  /**
   * Finds and checks the files of a recipe; reads no image yet.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  static IdxCorpus open(SparkSession spark, ImageDataSettings settings, Labels labels) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    ImageFiles files = ImageFiles.of(settings, labels, configuration);
    ImageClasses classes = ImageClasses.of(files, settings, configuration);
    return new IdxCorpus(
        spark, files, form(files, settings), classes, split(files, classes, settings));
  }

  /**
   * Refuses what cannot be trained on. It takes no Spark, since the files say all about themselves.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  static void check(Configuration configuration, ImageDataSettings settings, Labels labels) {
    ImageFiles files = ImageFiles.of(settings, labels, configuration);
    form(files, settings);
    split(files, ImageClasses.of(files, settings, configuration), settings);
  }

  private static ImageForm form(ImageFiles files, ImageDataSettings settings) {
    int channels = files.shape().channels();
    ImageForm form = ImageCorpus.form(settings);
    if (channels != 1 && channels != 3 && !form.equals(new ImageForm(ImageMode.UNCHANGED, 0))) {
      throw ConfigException.because(
          "data.size and data.colors: expected 0 and auto, because images of "
              + files.trainImages().name()
              + " have "
              + channels
              + " channels, got "
              + settings.size()
              + " and "
              + settings.colors().name().toLowerCase(Locale.ROOT));
    }
    return form;
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
  static String describe(ImageDataSettings settings, Labels labels, Configuration configuration) {
    return FORMAT
        + "\n"
        + ImageFiles.of(settings, labels, configuration).describe()
        + "\n"
        + settings.classes()
        + " "
        + settings.validationFraction()
        + " "
        + settings.splitSeed()
        + " "
        + ImageCorpus.form(settings);
  }

  @Override
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
    JavaRDD<ImageReader.Image> plain =
        new ImageReader(file, files.shape(), configuration).read(context());
    ImageShape shape = files.shape();
    ImageForm wanted = form;
    if (form.equals(new ImageForm(ImageMode.UNCHANGED, 0))) {
      return plain;
    }
    return plain.map(image -> image.with(wanted.of(shape.decoded(image.bytes())).bytes()));
  }

  /** What an image is in the DataFrames. */
  private ImageShape shape() {
    ImageShape plain = files.shape();
    return new ImageShape(
        form.mode() == ImageMode.UNCHANGED ? plain.channels() : form.mode().channels(),
        form.size() == 0 ? plain.height() : form.size(),
        form.size() == 0 ? plain.width() : form.size(),
        false);
  }

  private JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  @Override
  public ImageSummary summary() {
    Broadcast<ClassSplit> parts = context().broadcast(split);
    int channels = shape().channels();
    PixelSums sums =
        images(files.trainImages())
            .filter(image -> parts.value().part(image.place()) == Part.TRAIN)
            .aggregate(
                new PixelSums(channels), (sum, image) -> sum.add(image.bytes()), PixelSums::add);
    List<Long> counts = new ArrayList<>(Collections.nCopies(classes.size(), 0L));
    for (int i = 0; i < classes.train().length; i++) {
      if (split.part(i) == Part.TRAIN) {
        int found = classes.train()[i];
        counts.set(found, counts.get(found) + 1);
      }
    }
    return new ImageSummary(
        shape().channels(),
        shape().height(),
        shape().width(),
        classes.names().isEmpty()
            ? List.of("")
            : classes.names().stream().map(String::valueOf).toList(),
        counts,
        split.count(Part.TRAIN),
        split.count(Part.VALIDATION),
        classes.test().length,
        sums.means(),
        sums.deviations(),
        0,
        List.of());
  }

  /** Nothing is kept. */
  @Override
  public void close() {}
}
