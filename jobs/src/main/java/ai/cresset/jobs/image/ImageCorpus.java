package ai.cresset.jobs.image;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.ImageDataSettings;
import ai.cresset.jobs.split.SplitCorpus;
import ai.cresset.spark.data.ImageForm;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Images, labelled or not, split into training, validation and test. The DataFrames have the
 * columns {@code image} (binary, unsigned bytes, {@code [channels, height, width]}) and {@code
 * label} (bigint, the class from 0), in the order of the files.
 */
public sealed interface ImageCorpus extends SplitCorpus<ImageSummary>
    permits BinaryCorpus, FolderCorpus {
  /**
   * Finds and checks the files of a recipe: folders of classes, or binary ones.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  static ImageCorpus open(SparkSession spark, ImageDataSettings settings, Labels labels) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    return FolderListing.isFolder(settings, labels, configuration)
        ? FolderCorpus.open(spark, settings, FolderListing.of(settings, labels, configuration))
        : BinaryCorpus.open(spark, settings, labels);
  }

  /**
   * Refuses what cannot be trained on, as far as that can be seen without Spark.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  static void check(Configuration configuration, ImageDataSettings settings, Labels labels) {
    if (FolderListing.isFolder(settings, labels, configuration)) {
      FolderListing.of(settings, labels, configuration);
    } else {
      BinaryCorpus.check(configuration, settings, labels);
    }
  }

  /** What images become when they are read. */
  static ImageForm form(ImageDataSettings settings) {
    return new ImageForm(settings.colors().mode(), settings.size());
  }

  /** What {@link #open} read, in words: equal words mean equal rows. */
  static String describe(ImageDataSettings settings, Labels labels, Configuration configuration) {
    return FolderListing.isFolder(settings, labels, configuration)
        ? FolderCorpus.describe(settings, labels, configuration)
        : BinaryCorpus.describe(settings, labels, configuration);
  }
}
