package ai.cresset.jobs.recipe;

import ai.cresset.jobs.config.Check;
import java.io.Serializable;

/**
 * The section {@code data} of an {@code image} recipe: IDX files, as the MNIST family has them.
 *
 * @param path a directory with {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte},
 *     {@code t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, each plain or with {@code
 *     .gz}, on any Hadoop file system; relative paths start where the command was given
 * @param layout where the channels of files with four dimensions are; files with three have one
 *     channel
 * @param classes how many classes there are, labelled from 0; 0 takes the labels that the training
 *     images have, whatever numbers they are
 * @param validationFraction the part of the training images that is kept for validation, of each
 *     class alike, above 0 and below 1
 * @param splitSeed changes which ones
 * @param shift images are moved by up to so many elements in both directions while the model
 *     trains; 0 for not at all
 * @param flip whether half of the images are mirrored, left to right, while the model trains
 * @param cacheDir where images are kept as Arrow files, on a file system that all workers see
 */
public record ImageDataSettings(
    String path,
    Layout layout,
    int classes,
    double validationFraction,
    long splitSeed,
    int shift,
    boolean flip,
    String cacheDir)
    implements Serializable {
  public ImageDataSettings {
    Check.notBlank("data.path", path);
    Check.atLeast("data.classes", classes, 0);
    Check.insideOne("data.validation_fraction", validationFraction);
    Check.atLeast("data.shift", shift, 0);
    Check.notBlank("data.cache_dir", cacheDir);
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
