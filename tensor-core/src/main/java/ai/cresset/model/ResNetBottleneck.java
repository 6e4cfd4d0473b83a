package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of 3 x 3 between two of 1 x 1 and what came in (torchvision's {@code Bottleneck},
 * with the stride in the middle). Input {@code [batch, channels, height, width]}, output {@code
 * [batch, 4 width, height / stride, width / stride]}. Children {@code conv1}, {@code bn1} to {@code
 * conv3}, {@code bn3} and, where sizes differ, {@code downsample}.
 */
final class ResNetBottleneck extends Layer implements ResidualBlock {
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;
  private final Conv2d conv3;
  private final BatchNorm2d bn3;
  private final @Nullable Sequential downsample;

  ResNetBottleneck(long channels, long width, int stride, Placement placement) {
    long wide = width * ResNetConfig.Block.BOTTLENECK.expansion();
    conv1 = child("conv1", ResidualBlock.conv1x1(channels, width, 1, placement));
    bn1 = child("bn1", ResidualBlock.norm(width, placement));
    conv2 = child("conv2", ResidualBlock.conv3x3(width, width, stride, placement));
    bn2 = child("bn2", ResidualBlock.norm(width, placement));
    conv3 = child("conv3", ResidualBlock.conv1x1(width, wide, 1, placement));
    bn3 = child("bn3", ResidualBlock.norm(wide, placement));
    Sequential shortcut = ResidualBlock.shortcut(channels, wide, stride, placement);
    downsample = shortcut == null ? null : child("downsample", shortcut);
  }

  @Override
  public BatchNorm2d lastNorm() {
    return bn3;
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor narrow = bn1.callRectified(conv1.call(input));
    Tensor middle = bn2.callRectified(conv2.call(narrow));
    Tensor outer = bn3.call(conv3.call(middle));
    return outer.add(downsample == null ? input : downsample.call(input)).relu();
  }
}
