package ai.cresset.jobs.recipe;

import ai.cresset.data.image.ImageMode;
import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;

/**
 * The section {@code data} of an {@code image} recipe: PNG, JPEG, BMP or GIF files in a folder for
 * each class, IDX files, as the MNIST family has them, or the binary files of CIFAR.
 *
 * @param path a directory with a folder of images for each class, or with {@code train} and {@code
 *     test} that hold such folders; or with {@code train-images-idx3-ubyte}, {@code
 *     train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte},
 *     each plain or with {@code .gz}; or with the binary files of CIFAR-10 ({@code
 *     data_batch_1.bin} and so on, {@code test_batch.bin}) or CIFAR-100 ({@code train.bin} and
 *     {@code test.bin}, the fine labels); on any Hadoop file system; relative paths start where the
 *     command was given
 * @param layout where the channels of IDX files with four dimensions are; files with three have one
 *     channel
 * @param size what height and width become, bilinear with antialiasing; 0 leaves them
 * @param colors which channels images get
 * @param classes how many classes there are, in IDX files labelled from 0; 0 takes those that the
 *     training images have, whatever they are
 * @param validationFraction the part of the training images that is kept for validation, of each
 *     class alike, above 0 and below 1
 * @param testFraction the part of all images that is kept for the test at the end, where folders
 *     have none for it, above 0 and below 1
 * @param splitSeed changes which ones
 * @param invalid what to do about image files that cannot be used
 * @param classWeights how much classes count in the loss of training
 * @param shift images are moved by up to so many elements in both directions while the model
 *     trains; 0 for not at all
 * @param flip whether half of the images are mirrored, left to right, while the model trains
 * @param crop the least part of an image's area that a random crop shows while the model trains; 1
 *     shows all
 * @param rotate images are turned by up to so many degrees in both directions while the model
 *     trains
 * @param jitter brightness, contrast and saturation are changed by factors of up to so much more or
 *     less than 1 while the model trains, at most 1
 * @param erase the part of the images of which a rectangle is painted over while the model trains
 * @param mixup alpha of mixup: images are mixed with others while the model trains; 0 for not at
 *     all
 * @param cacheDir where images are kept as Arrow files, on a file system that all workers see
 */
public record ImageDataSettings(
    String path,
    Layout layout,
    int size,
    Colors colors,
    int classes,
    double validationFraction,
    double testFraction,
    long splitSeed,
    Invalid invalid,
    ClassWeighting classWeights,
    int shift,
    boolean flip,
    double crop,
    double rotate,
    double jitter,
    double erase,
    double mixup,
    String cacheDir)
    implements Serializable {
  public ImageDataSettings {
    Check.notBlank("data.path", path);
    Check.atLeast("data.size", size, 0);
    Check.atLeast("data.classes", classes, 0);
    Check.parts(validationFraction, testFraction);
    Check.atLeast("data.shift", shift, 0);
    if (!(crop > 0 && crop <= 1)) {
      throw ConfigException.value("data.crop", crop, "a number above 0, up to 1");
    }
    if (!(rotate >= 0 && rotate <= 180)) {
      throw ConfigException.value("data.rotate", rotate, "a number from 0 to 180");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw ConfigException.value("data.jitter", jitter, "a number from 0 to 1");
    }
    if (!(erase >= 0 && erase <= 1)) {
      throw ConfigException.value("data.erase", erase, "a number from 0 to 1");
    }
    Check.notNegative("data.mixup", mixup);
    Check.notBlank("data.cache_dir", cacheDir);
  }

  /** Which channels images get. */
  public enum Colors {
    /** Those of the files; where some are grey and others not, all get three. */
    AUTO(ImageMode.UNCHANGED),
    /** One. */
    GRAY(ImageMode.GRAY),
    /** Three: red, green, blue. */
    RGB(ImageMode.RGB);

    private final ImageMode mode;

    Colors(ImageMode mode) {
      this.mode = mode;
    }

    /** What decoders call it. */
    public ImageMode mode() {
      return mode;
    }
  }

  /** Where the channels are. */
  public enum Layout {
    /** In the smaller one of the second and the last dimension; an error if they are equal. */
    AUTO,
    /** Images x height x width x channels. */
    CHANNELS_LAST,
    /** Images x channels x height x width. */
    CHANNELS_FIRST
  }
}
