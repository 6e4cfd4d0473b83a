package ai.cresset.jobs.recipe;

import ai.cresset.jobs.recipe.ImageDataSettings.Colors;
import ai.cresset.jobs.recipe.ImageDataSettings.Layout;
import java.io.Serializable;

/**
 * The section {@code data} of a {@code generative} recipe: the files of an {@code image} recipe,
 * whose labels and folders play no part and need not be there.
 *
 * @param path a directory of PNG, JPEG, BMP or GIF files, in folders or not, also with {@code
 *     train} and {@code test} apart; or with {@code train-images-idx3-ubyte} and {@code
 *     t10k-images-idx3-ubyte}, each plain or with {@code .gz}; on any Hadoop file system; relative
 *     paths start where the command was given
 * @param layout where the channels of IDX files with four dimensions are; files with three have one
 *     channel
 * @param size what height and width become, bilinear with antialiasing; 0 leaves them
 * @param colors which channels images get
 * @param validationFraction the part of the training images that is kept for validation, above 0
 *     and below 1
 * @param testFraction the part of all images that is kept for the test at the end, where files have
 *     none for it, above 0 and below 1
 * @param splitSeed changes which ones
 * @param invalid what to do about image files that cannot be used
 * @param flip whether half of the images are mirrored, left to right, while the model trains
 * @param cacheDir where images are kept as Arrow files, on a file system that all workers see
 */
public record GenerativeDataSettings(
    String path,
    Layout layout,
    int size,
    Colors colors,
    double validationFraction,
    double testFraction,
    long splitSeed,
    Invalid invalid,
    boolean flip,
    String cacheDir)
    implements Serializable {
  public GenerativeDataSettings {
    images(
        path,
        layout,
        size,
        colors,
        validationFraction,
        testFraction,
        splitSeed,
        invalid,
        flip,
        cacheDir);
  }

  /** The same as the settings of an {@code image} recipe that does nothing else. */
  public ImageDataSettings images() {
    return images(
        path,
        layout,
        size,
        colors,
        validationFraction,
        testFraction,
        splitSeed,
        invalid,
        flip,
        cacheDir);
  }

  private static ImageDataSettings images(
      String path,
      Layout layout,
      int size,
      Colors colors,
      double validationFraction,
      double testFraction,
      long splitSeed,
      Invalid invalid,
      boolean flip,
      String cacheDir) {
    return new ImageDataSettings(
        path,
        layout,
        size,
        colors,
        0,
        validationFraction,
        testFraction,
        splitSeed,
        invalid,
        ClassWeighting.NONE,
        0,
        flip,
        1,
        0,
        0,
        0,
        0,
        cacheDir);
  }
}
