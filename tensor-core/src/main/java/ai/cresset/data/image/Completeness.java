package ai.cresset.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Whether an image file is all there; the JDK's readers fill up what is missing without a word. */
final class Completeness {
  private static final int SIGNATURE_BYTES = 8;
  private static final int CHUNK_FRAME_BYTES = 12;

  private Completeness() {}

  /** What is wrong with a file; empty if nothing is. */
  static String problem(String format, byte[] file) {
    return switch (format) {
      case "png" -> png(file);
      case "gif" -> endsGif(file) ? "" : "it is cut off";
      case "bmp" -> bmp(file);
      default -> "";
    };
  }

  /** Every chunk has its checksum, and the last one is there. */
  private static String png(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file);
    int at = SIGNATURE_BYTES;
    while (at + CHUNK_FRAME_BYTES <= file.length) {
      int length = in.getInt(at);
      if (length < 0 || length > file.length - at - CHUNK_FRAME_BYTES) {
        return "it is cut off";
      }
      CRC32 checksum = new CRC32();
      checksum.update(file, at + 4, length + 4);
      if ((int) checksum.getValue() != in.getInt(at + 8 + length)) {
        return "the checksum of a part is wrong";
      }
      if (in.getInt(at + 4) == 0x49454e44) { // IEND
        return "";
      }
      at += length + CHUNK_FRAME_BYTES;
    }
    return "it is cut off";
  }

  /** Its last byte is a semicolon; some writers put zeros behind. */
  private static boolean endsGif(byte[] file) {
    int last = file.length - 1;
    while (last > 0 && file[last] == 0) {
      last--;
    }
    return file[last] == ';';
  }

  private static String bmp(byte[] file) {
    if (file.length < 6) {
      return "it is cut off";
    }
    long promised = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(2) & 0xffff_ffffL;
    return promised > file.length ? "it is cut off" : "";
  }
}
