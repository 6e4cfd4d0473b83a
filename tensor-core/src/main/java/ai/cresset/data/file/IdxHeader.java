package ai.cresset.data.file;

import ai.cresset.error.DataException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The beginning of an IDX file: two bytes of 0, the type of the elements, the number of dimensions,
 * and each size as four bytes, the most significant first.
 *
 * @param sizes of all dimensions; the first one counts the items
 */
public record IdxHeader(List<Integer> sizes) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int UNSIGNED_BYTE = 0x08;

  public IdxHeader {
    sizes = List.copyOf(sizes);
  }

  /**
   * Reads the header of a file of unsigned bytes.
   *
   * @param name what errors call the file
   * @param what the items are, plural
   * @param least dimensions
   * @param most dimensions
   * @throws DataException if it is none, or of something else
   */
  public static IdxHeader read(String name, String what, int least, int most, InputStream in)
      throws IOException {
    byte[] magic = in.readNBytes(4);
    int dimensions = magic.length < 4 ? 0 : magic[3] & 0xff;
    boolean isIdx = magic.length == 4 && magic[0] == 0 && magic[1] == 0 && dimensions > 0;
    if (!isIdx) {
      throw DataException.because(
          name
              + ": expected an IDX file of "
              + what
              + ", which begins with the bytes "
              + text(0, 0, UNSIGNED_BYTE, least)
              + ", got "
              + (magic.length == 0 ? "an empty file" : text(magic))
              + "; name the directory of the original files");
    }
    if (magic[2] != UNSIGNED_BYTE) {
      throw DataException.because(
          name
              + ": expected elements of type unsigned byte (08), got type "
              + String.format("%02x", magic[2])
              + "; convert it to bytes from 0 to 255");
    }
    if (dimensions < least || dimensions > most) {
      throw DataException.because(
          name
              + ": expected "
              + what
              + " with "
              + (least == most ? "" + least : least + " or " + most)
              + (most == 1 ? " dimension" : " dimensions")
              + ", got "
              + dimensions
              + "; are images and labels confused?");
    }
    byte[] bytes = in.readNBytes(4 * dimensions);
    if (bytes.length < 4 * dimensions) {
      throw DataException.because(
          name + ": truncated: it ends within its header; use another copy of it");
    }
    DataInputStream numbers = new DataInputStream(new ByteArrayInputStream(bytes));
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      int size = numbers.readInt();
      if (size < 1) {
        throw DataException.because(
            name
                + ": expected sizes of at least 1, got "
                + Integer.toUnsignedString(size)
                + " in dimension "
                + i
                + "; "
                + (i == 0 ? "a file without " + what + " is of no use" : "the file is damaged"));
      }
      sizes.add(size);
    }
    return new IdxHeader(sizes);
  }

  private static String text(int... bytes) {
    StringBuilder text = new StringBuilder();
    for (int each : bytes) {
      text.append(text.isEmpty() ? "" : " ").append(String.format("%02x", each));
    }
    return text.toString();
  }

  private static String text(byte[] bytes) {
    int[] numbers = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      numbers[i] = bytes[i] & 0xff;
    }
    return text(numbers);
  }

  /** How many items. */
  public int items() {
    return sizes.get(0);
  }

  /** Bytes of an item. */
  public long itemBytes() {
    return sizes.stream().skip(1).mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** Bytes before the first item. */
  public int bytes() {
    return 4 + 4 * sizes.size();
  }
}
