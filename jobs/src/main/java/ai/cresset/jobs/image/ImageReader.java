package ai.cresset.jobs.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads the images of an IDX file in Spark tasks, in order. Plain files are read in ranges, each by
 * a task; of a compressed one only the whole can be read.
 *
 * @param file of images
 * @param shape of an image
 * @param configuration to reach it with
 */
record ImageReader(IdxFile file, ImageShape shape, SerializableConfiguration configuration)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long RANGE_BYTES = 16L << 20;

  /** Items that a task reads. */
  private record Range(int first, int count) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * An image and where it stands.
   *
   * @param place in the file, from 0
   * @param bytes {@code [channels, height, width]}
   */
  record Image(int place, byte[] bytes) implements Serializable {
    private static final long serialVersionUID = 1L;

    Image with(byte[] other) {
      return new Image(place, other);
    }
  }

  /** All images, partition after partition. */
  JavaRDD<Image> read(JavaSparkContext context) {
    int items = file.header().items();
    int step =
        file.isCompressed()
            ? items
            : (int) Math.min(items, Math.max(1, RANGE_BYTES / file.header().itemBytes()));
    List<Range> ranges = new ArrayList<>();
    for (int first = 0; first < items; first += step) {
      ranges.add(new Range(first, Math.min(step, items - first)));
    }
    return context.parallelize(ranges, ranges.size()).flatMap(this::images);
  }

  private Iterator<Image> images(Range range) {
    try {
      InputStream in = file.open(configuration.value(), range.first());
      TaskContext.get()
          .addTaskCompletionListener(
              task -> {
                try {
                  in.close();
                } catch (IOException e) {
                  // Only read from: there is nothing to lose.
                }
              });
      return new Images(in, range);
    } catch (IOException e) {
      throw IdxFile.unreadable(file.name(), e);
    }
  }

  /** The images of a range, one after the other. */
  private final class Images implements Iterator<Image> {
    private final InputStream in;
    private final int end;
    private int place;

    Images(InputStream in, Range range) {
      this.in = in;
      this.place = range.first();
      this.end = range.first() + range.count();
    }

    @Override
    public boolean hasNext() {
      return place < end;
    }

    @Override
    public Image next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        byte[] bytes = in.readNBytes(shape.bytes());
        if (bytes.length < shape.bytes()) {
          throw new EOFException("it ends within image " + place);
        }
        return new Image(place++, shape.ordered(bytes));
      } catch (IOException e) {
        throw IdxFile.unreadable(file.name(), e);
      }
    }
  }
}
