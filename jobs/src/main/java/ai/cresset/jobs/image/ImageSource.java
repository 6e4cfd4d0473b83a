package ai.cresset.jobs.image;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/** Binary files with images of one size and a number for the class of each, in two parts. */
sealed interface ImageSource permits ImageFiles, CifarFiles {
  /** Of all images. */
  ImageShape shape();

  /** What errors call the images of a part. */
  String name(boolean testing);

  /** How many images a part has. */
  int count(boolean testing);

  /** The labels of a part, in order; not to be asked for where labels are ignored. */
  LabelList labels(boolean testing, Configuration configuration);

  /** The images of a part, in order, partition after partition. */
  JavaRDD<ImageReader.Image> images(
      boolean testing, JavaSparkContext context, SerializableConfiguration configuration);

  /** What people call a class; its number where the files do not say. */
  String className(int label);

  /** What tells these files from others: places, lengths and times. */
  String describe();

  /**
   * Labels as they are.
   *
   * @param name what errors call their file
   * @param values in order
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record LabelList(String name, int[] values) {}
}
