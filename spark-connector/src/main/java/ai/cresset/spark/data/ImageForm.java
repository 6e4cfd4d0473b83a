package ai.cresset.spark.data;

import ai.cresset.data.image.DecodedImage;
import ai.cresset.data.image.ImageDecoder;
import ai.cresset.data.image.ImageMode;
import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Resize;
import ai.cresset.error.ConfigException;
import java.io.Serializable;

/**
 * What image files become in the tasks that read them.
 *
 * @param mode which channels
 * @param size height and width, bilinear with antialiasing; 0 leaves images as they are
 */
public record ImageForm(ImageMode mode, int size) implements Serializable {
  private static final long serialVersionUID = 1L;

  public ImageForm {
    if (size < 0) {
      throw ConfigException.value("image size", size, "at least 1, or 0 for that of the files");
    }
  }

  /**
   * Reads a file.
   *
   * @param name what errors call it
   */
  public DecodedImage decode(byte[] file, String name) {
    return resized(new ImageDecoder(mode).decode(file, name));
  }

  /** Brings an image that is decoded to this form. */
  public DecodedImage of(DecodedImage image) {
    return resized(image.in(mode));
  }

  private DecodedImage resized(DecodedImage image) {
    return size == 0 ? image : image.transformed(new Resize(size, size), new Draws(0, 0, 0));
  }
}
