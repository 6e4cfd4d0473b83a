package ai.cresset.nn.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.error.ConfigException;
import ai.cresset.error.CressetException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** Wrong images and windows are refused with what was expected, what came and what to do. */
@ExtendWith(LeakCheck.class)
class ImageErrorsTest {
  private static final ConvolutionOptions PLAIN = ConvolutionOptions.DEFAULT;

  private static void assertRefused(
      String text, Class<? extends CressetException> type, Executable call) {
    assertEquals(text, Refused.message(type, call));
  }

  private static Tensor zeros(long... sizes) {
    return Tensor.zeros(sizes);
  }

  @Test
  void wrongChannels() {
    assertRefused(
        "conv2d: expected an input of 3 channels (dim 1) for weight [8, 3, 3, 3] with groups 1,"
            + " got [1, 4, 5, 5]; change the input, the weight's dim 1 or groups",
        ShapeException.class,
        () -> Convolutions.conv2d(zeros(1, 4, 5, 5), zeros(8, 3, 3, 3), null));
    assertRefused(
        "convTranspose2d: expected an input of 3 channels (dim 1) for weight [3, 8, 3, 3],"
            + " got [1, 4, 5, 5]",
        ShapeException.class,
        () ->
            Convolutions.convTranspose2d(
                zeros(1, 4, 5, 5), zeros(3, 8, 3, 3), null, TransposedConvolutionOptions.DEFAULT));
  }

  @Test
  void aKernelLargerThanTheInput() {
    assertRefused(
        "conv2d: expected an input of at least 5 elements in dim 3, padding included, for weight"
            + " [2, 1, 2, 3]; pad it, or take a smaller kernel or dilation, got [1, 1, 4, 4] with"
            + " padding 0 and 0",
        ShapeException.class,
        () -> Convolutions.conv2d(zeros(1, 1, 4, 4), zeros(2, 1, 2, 3), null, PLAIN.dilation(2)));
    assertRefused(
        "maxPool2d: expected an input that holds at least one window in dim 2; pad it, or take a"
            + " smaller kernel, got [1, 1, 2, 2] with Sliding[kernel=3, stride=3, padding=0,"
            + " dilation=1]",
        ShapeException.class,
        () -> Poolings.maxPool2d(zeros(1, 1, 2, 2), MaxPoolOptions.of(3)));
  }

  @Test
  void groupsThatDoNotDivide() {
    assertRefused(
        "conv2d: expected a weight whose dim 0 divides by groups 2; change groups,"
            + " got [5, 1, 1, 1]",
        ShapeException.class,
        () -> Convolutions.conv2d(zeros(1, 2, 4, 4), zeros(5, 1, 1, 1), null, PLAIN.groups(2)));
    assertRefused(
        "groupNorm: expected channels (dim 1) that divide by 3 groups; change groups,"
            + " got [1, 4, 2]",
        ShapeException.class,
        () -> Normalizations.groupNorm(zeros(1, 4, 2), 3, null, null, 1e-5));
  }

  @Test
  void wrongRanksAndTypes() {
    assertRefused(
        "conv2d: expected an input [batch, channels, height, width] of rank 4 (or without batch),"
            + " got [4, 4]",
        ShapeException.class,
        () -> Convolutions.conv2d(zeros(4, 4), zeros(2, 1, 2, 2), null));
    assertRefused(
        "conv2d (weight): expected dtype float32, got float64; cast with to(DType.FLOAT32)",
        DTypeException.class,
        () -> Convolutions.conv2d(zeros(1, 1, 4, 4), zeros(2, 1, 2, 2).to(DType.FLOAT64), null));
    assertRefused(
        "conv2d: expected a bias of [2], got [3]",
        ShapeException.class,
        () -> Convolutions.conv2d(zeros(1, 1, 4, 4), zeros(2, 1, 2, 2), zeros(3)));
    assertRefused(
        "conv2d: dtype int64 is not supported; cast with to(DType) to one of the floating types",
        DTypeException.class,
        () -> {
          Tensor x = zeros(1, 1, 4, 4).to(DType.INT64);
          Convolutions.conv2d(x, zeros(1, 1, 2, 2).to(DType.INT64), null);
        });
  }

  @Test
  void wrongOptions() {
    assertRefused(
        "convolution.stride: expected 1 with padding \"same\", which keeps the size, got [2]",
        ConfigException.class,
        () -> PLAIN.stride(2).samePadding());
    assertRefused(
        "conv2d.stride: expected one number, or one for each of 2 dimensions, got [1, 2, 3]",
        ConfigException.class,
        () ->
            Convolutions.conv2d(zeros(1, 1, 4, 4), zeros(1, 1, 2, 2), null, PLAIN.stride(1, 2, 3)));
    assertRefused(
        "pooling.padding: expected at most half of what the kernel reaches over, got 2",
        ConfigException.class,
        () -> Poolings.maxPool2d(zeros(1, 1, 4, 4), MaxPoolOptions.of(3).padding(2)));
    assertRefused(
        "convTranspose1d.outputPadding: expected less than stride [2] or dilation [1], got [2]",
        ConfigException.class,
        () ->
            Convolutions.convTranspose1d(
                zeros(1, 1, 4),
                zeros(1, 1, 2),
                null,
                TransposedConvolutionOptions.DEFAULT.stride(2).outputPadding(2)));
  }

  @Test
  void paddingBeyondTheImage() {
    assertRefused(
        "pad: expected REFLECT padding of dim 2 of at most 3; pad less, or in steps, got 4 and 0"
            + " for [1, 1, 4]",
        ShapeException.class,
        () -> Padding.pad(zeros(1, 1, 4), PaddingMode.REFLECT, 4, 0));
    assertRefused(
        "pad: expected two numbers for each of the last dims of [4], last dim first, got [1]",
        ShapeException.class,
        () -> Padding.pad(zeros(4), 1));
  }

  @Test
  void statisticsOfNothing() {
    assertRefused(
        "batchNorm: expected more than one element for each channel when training, got [1, 3]",
        ShapeException.class,
        () -> Normalizations.batchNorm(zeros(1, 3), null, null, null, null, true, 0.1, 1e-5));
    assertRefused(
        "batchNorm: outside of training it needs running statistics; give them or train",
        ConfigException.class,
        () -> Normalizations.batchNorm(zeros(2, 3), null, null, null, null, false, 0.1, 1e-5));
    assertRefused(
        "rmsNorm: expected x [..., [4]], got [2, 3]",
        ShapeException.class,
        () -> Normalizations.rmsNorm(zeros(2, 3), Shape.of(4), null));
  }

  @Test
  void patchesAndPixels() {
    assertRefused(
        "fold: expected [batch, channels * 4, 9], got [1, 4, 8]",
        ShapeException.class,
        () -> Vision.fold(zeros(1, 4, 8), 4, 4, PatchOptions.of(2)));
    assertRefused(
        "pixelShuffle: expected [..., channels, height, width] with channels that divide by 2^2,"
            + " got [1, 6, 2, 2]",
        ShapeException.class,
        () -> Vision.pixelShuffle(zeros(1, 6, 2, 2), 2));
    assertRefused(
        "interpolate.alignCorners: expected false for mode NEAREST, got true",
        ConfigException.class,
        () -> Vision.interpolate(zeros(1, 1, 2, 2), InterpolationMode.NEAREST, true, 3, 3));
  }
}
