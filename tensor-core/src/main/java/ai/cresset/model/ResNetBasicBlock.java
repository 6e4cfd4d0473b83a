package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Two convolutions of 3 x 3 and what came in (He et al. 2016, torchvision's {@code BasicBlock}).
 * Input {@code [batch, channels, height, width]}, output {@code [batch, width, height / stride,
 * width / stride]}. Children {@code conv1}, {@code bn1}, {@code conv2}, {@code bn2} and, where
 * sizes differ, {@code downsample}.
 */
final class ResNetBasicBlock extends Layer implements ResidualBlock {
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;
  private final @Nullable Sequential downsample;

  ResNetBasicBlock(long channels, long width, int stride, Placement placement) {
    conv1 = child("conv1", ResidualBlock.conv3x3(channels, width, stride, placement));
    bn1 = child("bn1", ResidualBlock.norm(width, placement));
    conv2 = child("conv2", ResidualBlock.conv3x3(width, width, 1, placement));
    bn2 = child("bn2", ResidualBlock.norm(width, placement));
    Sequential shortcut = ResidualBlock.shortcut(channels, width, stride, placement);
    downsample = shortcut == null ? null : child("downsample", shortcut);
  }

  @Override
  public BatchNorm2d lastNorm() {
    return bn2;
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor inner = bn1.callRectified(conv1.call(input));
    Tensor outer = bn2.call(conv2.call(inner));
    return outer.add(downsample == null ? input : downsample.call(input)).relu();
  }
}
