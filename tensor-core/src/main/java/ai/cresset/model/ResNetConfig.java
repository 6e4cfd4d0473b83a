package ai.cresset.model;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import java.util.List;

/**
 * What a {@link ResNet} is made of.
 *
 * @param block the kind of its blocks
 * @param depths blocks of each of the four stages, each at least 1
 * @param numClasses outputs
 * @param width channels of the first stage; each of the others has twice as many as the one before
 * @param zeroInitResidual whether the last norm of each block begins at 0, so that blocks begin as
 *     identities (Goyal et al. 2017)
 */
public record ResNetConfig(
    Block block, List<Integer> depths, long numClasses, long width, boolean zeroInitResidual) {
  private static final int STAGES = 4;
  private static final long WIDTH = 64;

  /** Kinds of residual blocks. */
  public enum Block {
    /** Two convolutions of 3 x 3. */
    BASIC(1) {
      @Override
      Layer make(long channels, long width, int stride, Placement placement) {
        return new ResNetBasicBlock(channels, width, stride, placement);
      }
    },
    /**
     * A convolution of 3 x 3 between two of 1 x 1, the last of which has four times the channels.
     */
    BOTTLENECK(4) {
      @Override
      Layer make(long channels, long width, int stride, Placement placement) {
        return new ResNetBottleneck(channels, width, stride, placement);
      }
    };

    private final int expansion;

    Block(int expansion) {
      this.expansion = expansion;
    }

    /** Channels that come out for each of the width. */
    public int expansion() {
      return expansion;
    }

    abstract Layer make(long channels, long width, int stride, Placement placement);
  }

  public ResNetConfig {
    depths = List.copyOf(depths);
    if (depths.size() != STAGES || depths.stream().anyMatch(depth -> depth < 1)) {
      throw ConfigException.value("resNet.depths", depths, "four numbers of at least 1");
    }
    if (numClasses < 1 || width < 1) {
      throw ConfigException.value(
          "resNet", numClasses + " classes, width " + width, "numbers of at least 1");
    }
  }

  /** ResNet-18. */
  public static ResNetConfig resNet18(long numClasses) {
    return new ResNetConfig(Block.BASIC, List.of(2, 2, 2, 2), numClasses, WIDTH, false);
  }

  /** ResNet-34. */
  public static ResNetConfig resNet34(long numClasses) {
    return new ResNetConfig(Block.BASIC, List.of(3, 4, 6, 3), numClasses, WIDTH, false);
  }

  /** ResNet-50. */
  public static ResNetConfig resNet50(long numClasses) {
    return new ResNetConfig(Block.BOTTLENECK, List.of(3, 4, 6, 3), numClasses, WIDTH, false);
  }

  public ResNetConfig withWidth(long channels) {
    return new ResNetConfig(block, depths, numClasses, channels, zeroInitResidual);
  }

  public ResNetConfig withZeroInitResidual(boolean wanted) {
    return new ResNetConfig(block, depths, numClasses, width, wanted);
  }

  /** Channels of a stage's blocks, before their expansion. */
  long widthOf(int stage) {
    return width << stage;
  }

  /** Features before the last layer. */
  public long numFeatures() {
    return widthOf(STAGES - 1) * block.expansion();
  }
}
