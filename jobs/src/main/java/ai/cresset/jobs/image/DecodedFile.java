package ai.cresset.jobs.image;

import ai.cresset.data.image.DecodedImage;
import ai.cresset.data.image.ImageMode;
import ai.cresset.jobs.split.DecodedFiles;
import org.apache.spark.sql.Row;

/**
 * An image of a folder, or why there is none.
 *
 * @param place among all files, from 0
 * @param channels 1 or 3
 * @param height in elements
 * @param width in elements
 * @param bytes {@code [channels, height, width]}; none where there is a problem
 * @param problem what is wrong with the file; empty if nothing is
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and copying would cost a pass
record DecodedFile(int place, int channels, int height, int width, byte[] bytes, String problem)
    implements DecodedFiles.Decoded {
  private static final long serialVersionUID = 1L;
  private static final byte[] NONE = {};

  /** A row of {@link ai.cresset.spark.data.ImageFrame#decoded}. */
  static DecodedFile of(int place, Row row) {
    return new DecodedFile(
        place,
        row.getInt(2),
        row.getInt(3),
        row.getInt(4),
        row.isNullAt(1) ? NONE : row.getAs(1),
        row.isNullAt(5) ? "" : row.getString(5));
  }

  DecodedFile withoutElements() {
    return new DecodedFile(place, channels, height, width, NONE, problem);
  }

  /** Its elements, where a grey one may be asked for three channels. */
  byte[] elements(int wanted) {
    return wanted == channels
        ? bytes
        : new DecodedImage(channels, height, width, bytes).in(ImageMode.RGB).bytes();
  }
}
