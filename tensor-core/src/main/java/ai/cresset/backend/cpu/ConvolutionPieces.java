package ai.cresset.backend.cpu;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;

/**
 * How a convolution or its gradient is cut into pieces that are computed by one thread each. It
 * depends on shapes only, so that the bits do not depend on how many threads there are. Views are
 * of rank 5.
 *
 * @param cut what is cut
 * @param total images, channels or groups
 * @param each those of one piece; the last one may have fewer
 */
record ConvolutionPieces(Cut cut, long total, long each) {
  enum Cut {
    /** Images. Pieces of a weight's gradient are added up. */
    BATCH,
    /** Output channels for the output and the weight's gradient, input channels for the input's. */
    CHANNELS,
    /** Groups of channels. */
    GROUPS
  }

  /** The most pieces, and so the most threads that work on one convolution. */
  static final int MOST = OrderedSum.MOST;

  /** Multiplications of a piece that are worth a thread. */
  private static final long SMALLEST = 1 << 21;

  /** Channels of a piece: with fewer, the other operand is read too often. */
  private static final long CHANNELS = 32;

  /** For the output {@code y}. */
  static ConvolutionPieces ofOutput(Convolution window, View x, View w, View y) {
    return ofImages(window, w.shape().size(0), x, w, y);
  }

  /** For the gradient {@code x} of the input. */
  static ConvolutionPieces ofInput(Convolution window, View x, View w, View y) {
    return ofImages(window, x.shape().size(1), x, w, y);
  }

  private static ConvolutionPieces ofImages(
      Convolution window, long count, View x, View w, View y) {
    long wanted = wanted(w, y);
    ConvolutionPieces images = evenly(Cut.BATCH, x.shape().size(0), wanted, 1);
    ConvolutionPieces channels = channels(window, count, x, wanted);
    boolean few = x.shape().size(0) < wanted;
    return few && images.count() < channels.count() ? channels : images;
  }

  /** For the gradient {@code w} of the weight. */
  static ConvolutionPieces ofWeight(Convolution window, View x, View w, View y) {
    long wanted = wanted(w, y);
    ConvolutionPieces images = evenly(Cut.BATCH, x.shape().size(0), wanted, 1);
    ConvolutionPieces channels = channels(window, w.shape().size(0), x, wanted);
    boolean few = x.shape().size(0) < wanted;
    // Adding pieces up costs a pass over so many weights, cutting channels one over the images.
    boolean heavy = images.count() * w.numel() > x.numel() + y.numel();
    return heavy || (few && images.count() < channels.count()) ? channels : images;
  }

  private static ConvolutionPieces channels(Convolution window, long count, View x, long wanted) {
    int groups = window.groups();
    if (groups == 1) {
      return evenly(Cut.CHANNELS, count, wanted, CHANNELS);
    }
    long channelsOfGroup = x.shape().size(1) / groups;
    return evenly(Cut.GROUPS, groups, wanted, Math.max(1, CHANNELS / channelsOfGroup));
  }

  private static long wanted(View w, View y) {
    long products = w.numel() * (y.numel() / y.shape().size(1));
    return Math.max(1, Math.min(MOST, products / SMALLEST));
  }

  private static ConvolutionPieces evenly(Cut cut, long total, long wanted, long unit) {
    long each = (total + wanted - 1) / wanted;
    long whole = (each + unit - 1) / unit * unit;
    return new ConvolutionPieces(cut, total, Math.min(total, whole));
  }

  int count() {
    return Math.toIntExact((total + each - 1) / each);
  }

  long start(int piece) {
    return piece * each;
  }

  long size(int piece) {
    return Math.min(each, total - start(piece));
  }
}
