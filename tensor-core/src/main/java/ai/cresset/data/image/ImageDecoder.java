package ai.cresset.data.image;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads PNG, JPEG, BMP and GIF (its first picture) by the JDK's ImageIO. Transparency is dropped,
 * 16 bits become 8, and the size is looked at before memory is taken for it.
 *
 * @param mode which channels the result has
 * @param maxElements the most elements, width times height
 */
public record ImageDecoder(ImageMode mode, long maxElements) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "bmp", "gif");

  /** What Pillow takes for an attack beyond: 2^28 / 3 * 2. */
  private static final long LARGEST = 178_956_970;

  public ImageDecoder {
    if (maxElements < 1) {
      throw ConfigException.value("maxElements", maxElements, "at least 1");
    }
  }

  /** Images of any size that is not absurd. */
  public ImageDecoder(ImageMode mode) {
    this(mode, LARGEST);
  }

  /** Whether a file's name ends as images' do. */
  public static boolean isImageName(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return name.contains(".") && EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
  }

  /** Reads a file. */
  public DecodedImage decode(Path file) {
    try {
      return decode(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw DataException.because(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the bytes of a file.
   *
   * @param name what errors call it
   * @throws DataException that names it, if it is no image, damaged, cut off or too large
   */
  public DecodedImage decode(byte[] file, String name) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      ImageReader reader = reader(file, name);
      try {
        return read(reader, in, name);
      } finally {
        reader.dispose();
      }
    } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw damaged(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static ImageReader reader(byte[] file, String name) {
    String format = format(file);
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (format.isEmpty() || !readers.hasNext()) {
      throw DataException.because(
          name
              + ": "
              + (file.length == 0 ? "an empty file" : "no image that can be read")
              + "; expected PNG, JPEG, BMP or GIF");
    }
    return readers.next();
  }

  /** By its first bytes: names lie. */
  private static String format(byte[] file) {
    if (begins(file, 0x89, 'P', 'N', 'G')) {
      return "png";
    } else if (begins(file, 0xff, 0xd8, 0xff)) {
      return "jpeg";
    } else if (begins(file, 'B', 'M')) {
      return "bmp";
    }
    return begins(file, 'G', 'I', 'F', '8') ? "gif" : "";
  }

  private static boolean begins(byte[] file, int... bytes) {
    if (file.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((file[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private DecodedImage read(ImageReader reader, ImageInputStream in, String name)
      throws IOException {
    reader.setInput(in, true, true);
    long elements = (long) reader.getWidth(0) * reader.getHeight(0);
    if (elements > maxElements) {
      throw DataException.because(
          name
              + ": an image of "
              + reader.getWidth(0)
              + " x "
              + reader.getHeight(0)
              + " elements; expected at most "
              + maxElements
              + " in all");
    }
    // A JPEG that is cut off is filled up with grey and a warning.
    String[] warning = {""};
    reader.addIIOReadWarningListener((source, text) -> warning[0] = text);
    BufferedImage image = reader.read(0);
    if (warning[0].toLowerCase(Locale.ROOT).contains("premature")) {
      throw damaged(name, "it is cut off", null);
    }
    return Planes.of(image).in(mode);
  }

  private static DataException damaged(String name, String reason, @Nullable Exception cause) {
    String text = name + ": damaged or of an unknown kind: " + reason + "; use another copy of it";
    return cause == null ? DataException.because(text) : DataException.because(text, cause);
  }
}
