package ai.cresset.jobs.image;

import ai.cresset.error.DataException;
import java.util.List;

/**
 * What all images of folders are.
 *
 * @param channels 3 if any has colours
 */
record FolderShape(int channels, int height, int width) {
  /**
   * The one size of images.
   *
   * @throws DataException that names two of different sizes
   */
  static FolderShape of(FolderListing listing, List<DecodedFile> images) {
    if (images.isEmpty()) {
      throw DataException.because("data.path: no image can be used");
    }
    DecodedFile first = images.get(0);
    int channels = 1;
    for (DecodedFile each : images) {
      if (each.height() != first.height() || each.width() != first.width()) {
        throw DataException.because(
            "data.size: expected the height and width that images shall have, because they differ: "
                + describe(listing, first)
                + ", "
                + describe(listing, each)
                + "; got 0");
      }
      channels = Math.max(channels, each.channels());
    }
    return new FolderShape(channels, first.height(), first.width());
  }

  private static String describe(FolderListing listing, DecodedFile image) {
    return listing.files().get(image.place()).name()
        + " is "
        + image.height()
        + " x "
        + image.width();
  }
}
