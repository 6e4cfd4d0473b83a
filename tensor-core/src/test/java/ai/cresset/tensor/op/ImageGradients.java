package ai.cresset.tensor.op;

import ai.cresset.backend.Convolution;
import ai.cresset.nn.functional.AveragePoolOptions;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.nn.functional.InterpolationMode;
import ai.cresset.nn.functional.MaxPoolOptions;
import ai.cresset.nn.functional.Normalizations;
import ai.cresset.nn.functional.Padding;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.nn.functional.PatchOptions;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.nn.functional.SampleMode;
import ai.cresset.nn.functional.SamplePadding;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.nn.functional.Vision;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import java.util.function.Function;

/** Rows of the gradient table for operations on images. */
final class ImageGradients {
  private final List<GradientRow> rows;

  private ImageGradients(List<GradientRow> rows) {
    this.rows = rows;
  }

  static void addTo(List<GradientRow> rows) {
    ImageGradients images = new ImageGradients(rows);
    images.convolutions();
    images.poolings();
    images.sizes();
    images.normalizations();
  }

  private static long[] s(long... sizes) {
    return sizes;
  }

  private void row(
      String name, Class<? extends Op> op, Function<List<Tensor>, Tensor> f, long[]... shapes) {
    rows.add(GradientRow.of(name, op, f, shapes));
  }

  private void convolutions() {
    ConvolutionOptions plain = ConvolutionOptions.DEFAULT;
    Class<? extends Op> op = Convolve.class;
    row(
        "conv1d",
        op,
        x -> Convolutions.conv1d(x.get(0), x.get(1), x.get(2), plain.stride(2).padding(1)),
        s(2, 2, 5),
        s(2, 2, 3),
        s(2));
    row(
        "conv2d",
        op,
        x -> Convolutions.conv2d(x.get(0), x.get(1), x.get(2), plain.padding(1, 0)),
        s(1, 2, 3, 3),
        s(2, 2, 2, 2),
        s(2));
    row(
        "conv2d groups",
        op,
        x -> Convolutions.conv2d(x.get(0), x.get(1), null, plain.groups(2).dilation(2)),
        s(1, 2, 3, 4),
        s(2, 1, 2, 2));
    row(
        "conv2d same",
        op,
        x -> Convolutions.conv2d(x.get(0), x.get(1), null, plain.samePadding()),
        s(1, 1, 3, 2),
        s(1, 1, 2, 3));
    row(
        "conv2d without batch",
        op,
        x -> Convolutions.conv2d(x.get(0), x.get(1), null, plain),
        s(1, 3, 3),
        s(1, 1, 2, 2));
    row(
        "conv2d channels-last",
        op,
        x ->
            Convolutions.conv2d(
                x.get(0).contiguous(MemoryFormat.CHANNELS_LAST), x.get(1), null, plain),
        s(1, 2, 3, 3),
        s(1, 2, 2, 2));
    row(
        "conv3d",
        op,
        x -> Convolutions.conv3d(x.get(0), x.get(1), x.get(2), plain.stride(1, 2, 1)),
        s(1, 1, 2, 3, 3),
        s(2, 1, 2, 2, 2),
        s(2));
    TransposedConvolutionOptions same = TransposedConvolutionOptions.DEFAULT;
    row(
        "convTranspose1d",
        ConvolveInput.class,
        x -> Convolutions.convTranspose1d(x.get(0), x.get(1), x.get(2), same.stride(2)),
        s(1, 2, 3),
        s(2, 1, 2),
        s(1));
    row(
        "convTranspose1d with output padding beyond the stride",
        ConvolveInput.class,
        x ->
            Convolutions.convTranspose1d(
                x.get(0), x.get(1), null, same.dilation(3).outputPadding(2)),
        s(1, 1, 3),
        s(1, 1, 2));
    row(
        "convTranspose2d",
        ConvolveInput.class,
        x ->
            Convolutions.convTranspose2d(
                x.get(0), x.get(1), null, same.stride(2).padding(1).outputPadding(1)),
        s(1, 2, 2, 2),
        s(2, 1, 3, 2));
    row(
        "convTranspose3d",
        ConvolveInput.class,
        x -> Convolutions.convTranspose3d(x.get(0), x.get(1), null, same.groups(2)),
        s(1, 2, 1, 2, 2),
        s(2, 1, 1, 2, 2));
    row(
        "conv2d weight",
        ConvolveWeight.class,
        x ->
            Dispatch.apply(
                new ConvolveWeight(
                    new Convolution(List.of(1, 2), List.of(0, 1), List.of(0, 1), List.of(1, 1), 1),
                    Shape.of(1, 1, 2, 2)),
                x.get(0),
                x.get(1)),
        s(2, 1, 3, 3),
        s(2, 1, 2, 2));
  }

  private void poolings() {
    MaxPoolOptions two = MaxPoolOptions.of(2);
    Class<? extends Op> max = MaxPool.class;
    row("maxPool1d", max, x -> Poolings.maxPool1d(x.get(0), two.stride(1)), s(1, 2, 4));
    row("maxPool2d", max, x -> Poolings.maxPool2d(x.get(0), two.padding(1)), s(1, 2, 3, 4));
    row("maxPool2d without batch", max, x -> Poolings.maxPool2d(x.get(0), two), s(1, 3, 4));
    row(
        "maxPool3d",
        max,
        x -> Poolings.maxPool3d(x.get(0), two.stride(1).dilation(1, 1, 2)),
        s(1, 1, 2, 3, 3));
    row(
        "adaptiveMaxPool2d",
        max,
        x -> Poolings.adaptiveMaxPool2d(x.get(0), 2, 3).values(),
        s(1, 2, 3, 4));
    row(
        "maxUnpool",
        MaxUnpool.class,
        x ->
            Poolings.maxUnpool(
                x.get(0), Tensor.of(new long[] {3, 0, 1, 2}, 1, 2, 2).to(x.get(0).device()), 5),
        s(1, 2, 2));
    AveragePoolOptions three = AveragePoolOptions.of(3).stride(2).padding(1);
    Class<? extends Op> average = AveragePool.class;
    row("avgPool1d", average, x -> Poolings.avgPool1d(x.get(0), three), s(1, 2, 5));
    row(
        "avgPool2d",
        average,
        x -> Poolings.avgPool2d(x.get(0), three.countIncludePad(false).ceilMode(true)),
        s(1, 2, 4, 4));
    row(
        "avgPool3d",
        average,
        x -> Poolings.avgPool3d(x.get(0), three.divisorOverride(5)),
        s(1, 1, 2, 3, 3));
    row(
        "adaptiveAvgPool2d",
        average,
        x -> Poolings.adaptiveAvgPool2d(x.get(0), 2, 3),
        s(1, 2, 3, 4));
    rows.add(
        GradientRow.of(
                "lpPool2d",
                average,
                x -> Poolings.lpPool2d(x.get(0), 3, AveragePoolOptions.of(2)),
                s(1, 1, 2, 4))
            .within(0.5, 2));
  }

  private void sizes() {
    row("pad", Pad.class, x -> Padding.constant(x.get(0), 7, 1, 0, 2, 1), s(2, 2, 3));
    row("pad and cut", Pad.class, x -> Padding.pad(x.get(0), -1, 2), s(2, 3));
    for (PaddingMode mode : PaddingMode.values()) {
      row("pad " + mode, Pad.class, x -> Padding.pad(x.get(0), mode, 1, 2), s(1, 2, 4));
    }
    Class<? extends Op> op = IndexSelect.class;
    row(
        "interpolate nearest",
        op,
        x -> Vision.interpolateBy(x.get(0), InterpolationMode.NEAREST, false, 2),
        s(1, 1, 2, 3));
    for (boolean align : new boolean[] {false, true}) {
      row(
          "interpolate linear " + align,
          op,
          x -> Vision.interpolate(x.get(0), InterpolationMode.LINEAR, align, 3, 2),
          s(1, 1, 2, 3));
      row(
          "interpolate cubic " + align,
          op,
          x -> Vision.interpolate(x.get(0), InterpolationMode.CUBIC, align, 3, 4),
          s(1, 1, 2, 3));
    }
    for (SamplePadding padding : SamplePadding.values()) {
      row(
          "gridSample " + padding,
          Gather.class,
          x -> Vision.gridSample(x.get(0), x.get(1).mul(0.4), SampleMode.LINEAR, padding, false),
          s(1, 1, 2, 2),
          s(1, 1, 1, 2));
    }
    row(
        "gridSample cubic",
        Gather.class,
        x -> Vision.gridSample(x.get(0), x.get(1), SampleMode.CUBIC, SamplePadding.ZEROS, true),
        s(1, 1, 2, 1),
        s(1, 1, 1, 2));
    row(
        "affineGrid",
        Matmul.class,
        x -> Vision.affineGrid(x.get(0), Shape.of(1, 1, 2, 3), true),
        s(1, 2, 3));
    row("pixelShuffle", Permute.class, x -> Vision.pixelShuffle(x.get(0), 2), s(1, 4, 1, 2));
    row("pixelUnshuffle", Permute.class, x -> Vision.pixelUnshuffle(x.get(0), 2), s(1, 1, 2, 2));
    row("channelShuffle", Permute.class, x -> Vision.channelShuffle(x.get(0), 2), s(1, 4, 2));
    PatchOptions patches = PatchOptions.of(2).stride(2).padding(1);
    row("unfold", op, x -> Vision.unfold(x.get(0), patches), s(1, 2, 2, 3));
    row("fold", IndexAdd.class, x -> Vision.fold(x.get(0), 2, 3, patches), s(1, 4, 4));
  }

  private void normalizations() {
    Class<? extends Op> op = Standardize.class;
    row(
        "batchNorm",
        op,
        x -> Normalizations.batchNorm(x.get(0), null, null, x.get(1), x.get(2), true, 0, 1e-5),
        s(2, 2, 2),
        s(2),
        s(2));
    row(
        "batchNorm plain",
        op,
        x -> Normalizations.batchNorm(x.get(0), null, null, null, null, true, 0, 0.1),
        s(3, 2, 1, 2));
    row(
        "batchNorm bias",
        op,
        x -> Normalizations.batchNorm(x.get(0), null, null, null, x.get(1), true, 0, 0.1),
        s(3, 2),
        s(2));
    row(
        "batchNorm rectified",
        op,
        x -> Normalizations.batchNormRelu(x.get(0), null, null, x.get(1), x.get(2), true, 0, 0.1),
        s(3, 2, 1, 2),
        s(2),
        s(2));
    row(
        "batchNorm channels-last",
        op,
        x ->
            Normalizations.batchNorm(
                x.get(0).contiguous(MemoryFormat.CHANNELS_LAST),
                null,
                null,
                x.get(1),
                null,
                true,
                0,
                0.1),
        s(2, 2, 1, 3),
        s(2));
    row(
        "batchNorm with running statistics",
        Evaluate.class,
        x -> {
          Tensor mean = Tensor.of(new double[] {0.5, -1}, 2).to(x.get(0).device());
          Tensor variance = Tensor.of(new double[] {0.5, 2}, 2).to(x.get(0).device());
          return Normalizations.batchNorm(
              x.get(0), mean, variance, x.get(1), x.get(2), false, 0, 1e-5);
        },
        s(2, 2, 2),
        s(2),
        s(2));
    row(
        "instanceNorm",
        op,
        x -> Normalizations.instanceNorm(x.get(0), x.get(1), x.get(2)),
        s(2, 2, 3),
        s(2),
        s(2));
    row(
        "groupNorm",
        op,
        x -> Normalizations.groupNorm(x.get(0), 2, x.get(1), x.get(2), 1e-5),
        s(2, 4, 2),
        s(4),
        s(4));
    row(
        "rmsNorm",
        Rsqrt.class,
        x -> Normalizations.rmsNorm(x.get(0), Shape.of(3), x.get(1)),
        s(2, 3),
        s(3));
    row(
        "localResponseNorm",
        AveragePool.class,
        x -> Normalizations.localResponseNorm(x.get(0), 3, 0.5, 0.75, 1),
        s(1, 3, 2));
  }
}
