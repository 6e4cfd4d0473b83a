package ai.cresset.nn.functional;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.OperandCasting;
import ai.cresset.type.Shape;
import java.util.Arrays;
import java.util.List;

/** Images in other sizes and orders, and as columns of their patches. */
public final class Vision {
  private Vision() {}

  // ---- other sizes ----

  /**
   * Images of another size ({@code F.interpolate} with {@code size}).
   *
   * @param x {@code [batch, channels, ...]}, 1 to 3 spatial dimensions; 2 for CUBIC
   * @param alignCorners whether the first and last elements keep their places; for LINEAR and CUBIC
   * @param size the spatial sizes, or one for all
   */
  public static Tensor interpolate(
      Tensor x, InterpolationMode mode, boolean alignCorners, long... size) {
    Tensor images = OperandCasting.ofFunction("interpolate", x);
    return Resampling.resized(images, mode, alignCorners, each(x, size), new double[0]);
  }

  /**
   * Images of another size ({@code F.interpolate} with {@code scale_factor}).
   *
   * @param factor how many times larger each spatial dimension becomes, or one for all
   */
  public static Tensor interpolateBy(
      Tensor x, InterpolationMode mode, boolean alignCorners, double... factor) {
    int spatial = x.rank() - 2;
    if (factor.length != 1 && factor.length != spatial) {
      throw ShapeException.mismatch(
          "interpolate", "one scale factor or " + spatial, Arrays.toString(factor));
    }
    double[] factors = new double[Math.max(0, spatial)];
    long[] sizes = new long[factors.length];
    for (int dim = 0; dim < factors.length; dim++) {
      factors[dim] = factor[factor.length == 1 ? 0 : dim];
      sizes[dim] = (long) Math.floor(x.size(2 + dim) * factors[dim]);
    }
    Tensor images = OperandCasting.ofFunction("interpolate", x);
    return Resampling.resized(images, mode, alignCorners, sizes, factors);
  }

  private static long[] each(Tensor x, long... size) {
    int spatial = x.rank() - 2;
    if (size.length == spatial) {
      return size;
    }
    if (size.length != 1 || spatial < 1) {
      throw ShapeException.mismatch(
          "interpolate", "one size, or one for each dim after the second", Arrays.toString(size));
    }
    long[] sizes = new long[spatial];
    Arrays.fill(sizes, size[0]);
    return sizes;
  }

  /**
   * Images sampled at given places ({@code F.grid_sample}).
   *
   * @param x {@code [batch, channels, height, width]}, or with a depth before the height
   * @param grid {@code [batch, outHeight, outWidth, 2]} (x, y), or {@code [batch, outDepth,
   *     outHeight, outWidth, 3]} (x, y, z), where -1 and 1 are the image's ends
   * @param alignCorners whether -1 and 1 are the centres of the first and last elements instead of
   *     their outer edges
   */
  public static Tensor gridSample(
      Tensor x, Tensor grid, SampleMode mode, SamplePadding padding, boolean alignCorners) {
    Tensor images = OperandCasting.ofFunction("gridSample", x);
    Tensor places = OperandCasting.ofFunction("gridSample", grid);
    return GridSampling.sample(images, places, mode, padding, alignCorners);
  }

  /**
   * The grid of an affine map ({@code F.affine_grid}).
   *
   * @param theta {@code [batch, 2, 3]} or {@code [batch, 3, 4]}
   * @param size of the images that are sampled with it: {@code [batch, channels, ...]}
   * @return {@code [batch, height, width, 2]} or {@code [batch, depth, height, width, 3]}
   */
  public static Tensor affineGrid(Tensor theta, Shape size, boolean alignCorners) {
    int spatial = size.rank() - 2;
    boolean known = spatial == 2 || spatial == 3;
    Shape expected = Shape.of(size.size(0), Math.max(0, spatial), Math.max(0, spatial + 1));
    if (!known || !theta.shape().equals(expected)) {
      throw ShapeException.mismatch(
          "affineGrid", "theta " + expected + " for images of " + size, theta.shape());
    }
    long[] places = Arrays.copyOfRange(size.toArray(), 2, size.rank());
    Tensor[] columns = new Tensor[spatial + 1];
    Shape whole = Shape.of(places);
    for (int i = 0; i < spatial; i++) {
      // The last dimension is x.
      int dim = spatial - 1 - i;
      double[] values = new double[Math.toIntExact(places[dim])];
      for (int at = 0; at < values.length; at++) {
        double count = values.length;
        values[at] =
            alignCorners ? (count > 1 ? -1 + 2 * at / (count - 1) : 0) : (2 * at + 1) / count - 1;
      }
      long[] line = new long[spatial];
      Arrays.fill(line, 1);
      line[dim] = values.length;
      Tensor coordinate = Tensor.of(values, values.length).to(theta.dtype()).to(theta.device());
      columns[i] = coordinate.reshape(line).expand(whole);
    }
    columns[spatial] = Tensor.ones(theta.spec().withShape(whole));
    Tensor base = Functional.stack(List.of(columns), -1).reshape(1, whole.numel(), spatial + 1);
    long[] result = new long[spatial + 2];
    result[0] = size.size(0);
    System.arraycopy(places, 0, result, 1, spatial);
    result[spatial + 1] = spatial;
    return base.matmul(theta.transpose(1, 2)).reshape(result);
  }

  // ---- other orders ----

  /**
   * Channels turned into places ({@code F.pixel_shuffle}): {@code [..., channels * factor^2,
   * height, width]} to {@code [..., channels, height * factor, width * factor]}.
   */
  public static Tensor pixelShuffle(Tensor x, int factor) {
    int rank = x.rank();
    if (rank < 3 || factor < 1 || x.size(-3) % ((long) factor * factor) != 0) {
      throw ShapeException.mismatch(
          "pixelShuffle",
          "[..., channels, height, width] with channels that divide by " + factor + "^2",
          x.shape());
    }
    long channels = x.size(-3) / ((long) factor * factor);
    long height = x.size(-2);
    long width = x.size(-1);
    Tensor split = x.reshape(-1, channels, factor, factor, height, width);
    long[] sizes = x.shape().toArray();
    sizes[rank - 3] = channels;
    sizes[rank - 2] = height * factor;
    sizes[rank - 1] = width * factor;
    return split.permute(0, 1, 4, 2, 5, 3).reshape(sizes);
  }

  /** Places turned into channels ({@code F.pixel_unshuffle}): the reverse of pixelShuffle. */
  public static Tensor pixelUnshuffle(Tensor x, int factor) {
    int rank = x.rank();
    if (rank < 3 || factor < 1 || x.size(-2) % factor != 0 || x.size(-1) % factor != 0) {
      throw ShapeException.mismatch(
          "pixelUnshuffle",
          "[..., channels, height, width] with height and width that divide by " + factor,
          x.shape());
    }
    long height = x.size(-2) / factor;
    long width = x.size(-1) / factor;
    Tensor split = x.reshape(-1, x.size(-3), height, factor, width, factor);
    long[] sizes = x.shape().toArray();
    sizes[rank - 3] = x.size(-3) * factor * factor;
    sizes[rank - 2] = height;
    sizes[rank - 1] = width;
    return split.permute(0, 1, 3, 5, 2, 4).reshape(sizes);
  }

  /**
   * Channels of groups dealt out in turn ({@code F.channel_shuffle}).
   *
   * @param x {@code [batch, channels, ...]}
   */
  public static Tensor channelShuffle(Tensor x, int groups) {
    if (x.rank() < 3 || groups < 1 || x.size(1) % groups != 0) {
      throw ShapeException.mismatch(
          "channelShuffle",
          "[batch, channels, ...] with channels that divide by groups " + groups,
          x.shape());
    }
    Tensor split = x.reshape(x.size(0), groups, x.size(1) / groups, -1);
    return split.transpose(1, 2).reshape(x.shape());
  }

  // ---- patches ----

  /**
   * The patches under a moving window as columns ({@code F.unfold}).
   *
   * @param x {@code [batch, channels, height, width]}, or without batch
   * @return {@code [batch, channels * kernelHeight * kernelWidth, places]}
   */
  public static Tensor unfold(Tensor x, PatchOptions options) {
    return Spatial.batched(
        x,
        2,
        images -> {
          Spatial.checkRank("unfold", images, 4);
          Patches patches = Patches.of("unfold", options, images.size(2), images.size(3));
          Tensor padded = patches.padded(images);
          Tensor rows = padded.indexSelect(2, patches.index(0, x.device()));
          Tensor taps = rows.indexSelect(3, patches.index(1, x.device()));
          return taps.reshape(patches.split(images.size(0), images.size(1)))
              .permute(0, 1, 2, 4, 3, 5)
              .reshape(images.size(0), images.size(1) * patches.taps(), patches.places());
        });
  }

  /**
   * Columns of patches added back where they came from ({@code F.fold}).
   *
   * @param columns {@code [batch, channels * kernelHeight * kernelWidth, places]}, or without batch
   * @param height of the images
   * @param width of the images
   * @return {@code [batch, channels, height, width]}
   */
  public static Tensor fold(Tensor columns, long height, long width, PatchOptions options) {
    return Spatial.batched(
        columns,
        1,
        images -> {
          Spatial.checkRank("fold", images, 3);
          Patches patches = Patches.of("fold", options, height, width);
          if (images.size(1) % patches.taps() != 0 || images.size(2) != patches.places()) {
            throw ShapeException.mismatch(
                "fold",
                "[batch, channels * " + patches.taps() + ", " + patches.places() + "]",
                images.shape());
          }
          long batch = images.size(0);
          long channels = images.size(1) / patches.taps();
          Tensor taps =
              images
                  .reshape(patches.joined(batch, channels))
                  .permute(0, 1, 2, 4, 3, 5)
                  .reshape(patches.laid(batch, channels));
          Tensor rows = added(taps, 3, patches.paddedSize(1), patches.index(1, images.device()));
          Tensor whole = added(rows, 2, patches.paddedSize(0), patches.index(0, images.device()));
          return patches.cropped(whole);
        });
  }

  private static Tensor added(Tensor parts, int dim, long size, Tensor index) {
    Tensor zeros = Tensor.zeros(parts.spec().withShape(parts.shape().with(dim, size)));
    return zeros.indexAdd(dim, index, parts);
  }

  /** int64 numbers on the device of {@code like}. */
  static Tensor numbers(Tensor like, long... values) {
    return Tensor.of(values, values.length).to(like.device());
  }
}
