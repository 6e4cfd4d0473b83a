package ai.cresset.jobs.train;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/** The images of IDX files, plain and with three channels last, as PNG files in folders. */
final class FolderImages {
  private FolderImages() {}

  /**
   * Writes {@code class-LABEL/NUMBER.png}.
   *
   * @param part train or t10k
   * @param rowsMore every other image is this much higher, its last row repeated
   */
  static void write(Path idx, String part, Path directory, int rowsMore) throws IOException {
    ByteBuffer images =
        ByteBuffer.wrap(Files.readAllBytes(idx.resolve(part + "-images-idx4-ubyte")));
    byte[] labels = Files.readAllBytes(idx.resolve(part + "-labels-idx1-ubyte"));
    images.getInt();
    int count = images.getInt();
    int height = images.getInt();
    int width = images.getInt();
    int channels = images.getInt();
    for (int i = 0; i < count; i++) {
      int rows = height + (i % 2 == 0 ? 0 : rowsMore);
      BufferedImage image = new BufferedImage(width, rows, BufferedImage.TYPE_INT_RGB);
      int start = 20 + i * height * width * channels;
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < width; x++) {
          int at = start + (Math.min(y, height - 1) * width + x) * channels;
          int red = images.get(at) & 0xff;
          int green = images.get(at + 1) & 0xff;
          int blue = images.get(at + 2) & 0xff;
          image.setRGB(x, y, red << 16 | green << 8 | blue);
        }
      }
      Path folder = Files.createDirectories(directory.resolve("class-" + labels[8 + i]));
      String name = String.format(Locale.ROOT, "%04d.png", i);
      ImageIO.write(image, "png", folder.resolve(name).toFile());
    }
  }
}
