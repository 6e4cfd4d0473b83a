package ai.cresset.model;

import ai.cresset.nn.Placement;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.norm.RunningNormOptions;
import org.jspecify.annotations.Nullable;

/** What the blocks of a {@link ResNet} have in common. */
interface ResidualBlock {
  /** The norm before the sum. */
  BatchNorm2d lastNorm();

  static Conv2d conv3x3(long in, long out, int stride, Placement placement) {
    ConvolutionOptions options = ConvolutionOptions.DEFAULT.stride(stride).padding(1);
    return new Conv2d(in, out, 3, options, false, placement);
  }

  static Conv2d conv1x1(long in, long out, int stride, Placement placement) {
    return new Conv2d(in, out, 1, ConvolutionOptions.DEFAULT.stride(stride), false, placement);
  }

  static BatchNorm2d norm(long features, Placement placement) {
    return new BatchNorm2d(features, RunningNormOptions.BATCH, placement);
  }

  /** What brings the input to the size of the output; null where it has it. */
  static @Nullable Sequential shortcut(long in, long out, int stride, Placement placement) {
    return stride == 1 && in == out
        ? null
        : new Sequential(conv1x1(in, out, stride, placement), norm(out, placement));
  }
}
