package ai.cresset.checkpoint;

import ai.cresset.nn.Placement;
import ai.cresset.nn.convolution.Conv1d;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.convolution.Conv3d;
import ai.cresset.nn.convolution.ConvTranspose1d;
import ai.cresset.nn.convolution.ConvTranspose2d;
import ai.cresset.nn.convolution.ConvTranspose3d;
import ai.cresset.nn.functional.AveragePoolOptions;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.FractionalPoolOptions;
import ai.cresset.nn.functional.InterpolationMode;
import ai.cresset.nn.functional.MaxPoolOptions;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.nn.functional.PatchOptions;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.nn.padding.CircularPad1d;
import ai.cresset.nn.padding.CircularPad2d;
import ai.cresset.nn.padding.CircularPad3d;
import ai.cresset.nn.padding.ConstantPad1d;
import ai.cresset.nn.padding.ConstantPad2d;
import ai.cresset.nn.padding.ConstantPad3d;
import ai.cresset.nn.padding.ReflectionPad1d;
import ai.cresset.nn.padding.ReflectionPad2d;
import ai.cresset.nn.padding.ReflectionPad3d;
import ai.cresset.nn.padding.ReplicationPad1d;
import ai.cresset.nn.padding.ReplicationPad2d;
import ai.cresset.nn.padding.ReplicationPad3d;
import ai.cresset.nn.padding.ZeroPad1d;
import ai.cresset.nn.padding.ZeroPad2d;
import ai.cresset.nn.padding.ZeroPad3d;
import ai.cresset.nn.pooling.AdaptiveAvgPool1d;
import ai.cresset.nn.pooling.AdaptiveAvgPool2d;
import ai.cresset.nn.pooling.AdaptiveAvgPool3d;
import ai.cresset.nn.pooling.AdaptiveMaxPool1d;
import ai.cresset.nn.pooling.AdaptiveMaxPool2d;
import ai.cresset.nn.pooling.AdaptiveMaxPool3d;
import ai.cresset.nn.pooling.AvgPool1d;
import ai.cresset.nn.pooling.AvgPool2d;
import ai.cresset.nn.pooling.AvgPool3d;
import ai.cresset.nn.pooling.FractionalMaxPool2d;
import ai.cresset.nn.pooling.FractionalMaxPool3d;
import ai.cresset.nn.pooling.LpPool1d;
import ai.cresset.nn.pooling.LpPool2d;
import ai.cresset.nn.pooling.LpPool3d;
import ai.cresset.nn.pooling.MaxPool1d;
import ai.cresset.nn.pooling.MaxPool2d;
import ai.cresset.nn.pooling.MaxPool3d;
import ai.cresset.nn.pooling.MaxUnpool1d;
import ai.cresset.nn.pooling.MaxUnpool2d;
import ai.cresset.nn.pooling.MaxUnpool3d;
import ai.cresset.nn.vision.ChannelShuffle;
import ai.cresset.nn.vision.Fold;
import ai.cresset.nn.vision.PixelShuffle;
import ai.cresset.nn.vision.PixelUnshuffle;
import ai.cresset.nn.vision.Unfold;
import ai.cresset.nn.vision.Upsample;
import ai.cresset.nn.vision.UpsamplingBilinear2d;
import ai.cresset.nn.vision.UpsamplingNearest2d;

/** Convolutions, pooling, padding and layers of images in a registry. */
final class StandardConvolutions {
  private StandardConvolutions() {}

  static void register(ModuleRegistry registry) {
    convolutions(registry);
    pooling(registry);
    padding(registry);
    vision(registry);
  }

  private static void convolutions(ModuleRegistry registry) {
    registry
        .registerDescribed(
            "Conv1d",
            Conv1d.class,
            s ->
                new Conv1d(
                    s.integer("inChannels"),
                    s.integer("outChannels"),
                    s.integers("kernel"),
                    s.options("options", ConvolutionOptions.class),
                    s.choice("paddingMode", PaddingMode.class),
                    s.flag("bias"),
                    Placement.DEFAULT))
        .registerDescribed(
            "Conv2d",
            Conv2d.class,
            s ->
                new Conv2d(
                    s.integer("inChannels"),
                    s.integer("outChannels"),
                    s.integers("kernel"),
                    s.options("options", ConvolutionOptions.class),
                    s.choice("paddingMode", PaddingMode.class),
                    s.flag("bias"),
                    Placement.DEFAULT))
        .registerDescribed(
            "Conv3d",
            Conv3d.class,
            s ->
                new Conv3d(
                    s.integer("inChannels"),
                    s.integer("outChannels"),
                    s.integers("kernel"),
                    s.options("options", ConvolutionOptions.class),
                    s.choice("paddingMode", PaddingMode.class),
                    s.flag("bias"),
                    Placement.DEFAULT))
        .registerDescribed(
            "ConvTranspose1d",
            ConvTranspose1d.class,
            s ->
                new ConvTranspose1d(
                    s.integer("inChannels"),
                    s.integer("outChannels"),
                    s.integers("kernel"),
                    s.options("options", TransposedConvolutionOptions.class),
                    s.flag("bias"),
                    Placement.DEFAULT))
        .registerDescribed(
            "ConvTranspose2d",
            ConvTranspose2d.class,
            s ->
                new ConvTranspose2d(
                    s.integer("inChannels"),
                    s.integer("outChannels"),
                    s.integers("kernel"),
                    s.options("options", TransposedConvolutionOptions.class),
                    s.flag("bias"),
                    Placement.DEFAULT))
        .registerDescribed(
            "ConvTranspose3d",
            ConvTranspose3d.class,
            s ->
                new ConvTranspose3d(
                    s.integer("inChannels"),
                    s.integer("outChannels"),
                    s.integers("kernel"),
                    s.options("options", TransposedConvolutionOptions.class),
                    s.flag("bias"),
                    Placement.DEFAULT));
  }

  private static void pooling(ModuleRegistry registry) {
    registry
        .registerDescribed(
            "AdaptiveAvgPool1d",
            AdaptiveAvgPool1d.class,
            s -> new AdaptiveAvgPool1d(s.integers("outputSize")))
        .registerDescribed(
            "AdaptiveMaxPool1d",
            AdaptiveMaxPool1d.class,
            s -> new AdaptiveMaxPool1d(s.integers("outputSize")))
        .registerDescribed(
            "AdaptiveAvgPool2d",
            AdaptiveAvgPool2d.class,
            s -> new AdaptiveAvgPool2d(s.integers("outputSize")))
        .registerDescribed(
            "AdaptiveMaxPool2d",
            AdaptiveMaxPool2d.class,
            s -> new AdaptiveMaxPool2d(s.integers("outputSize")))
        .registerDescribed(
            "AdaptiveAvgPool3d",
            AdaptiveAvgPool3d.class,
            s -> new AdaptiveAvgPool3d(s.integers("outputSize")))
        .registerDescribed(
            "AdaptiveMaxPool3d",
            AdaptiveMaxPool3d.class,
            s -> new AdaptiveMaxPool3d(s.integers("outputSize")))
        .registerDescribed(
            "AvgPool1d",
            AvgPool1d.class,
            s -> new AvgPool1d(s.options("options", AveragePoolOptions.class)))
        .registerDescribed(
            "MaxPool1d",
            MaxPool1d.class,
            s -> new MaxPool1d(s.options("options", MaxPoolOptions.class)))
        .registerDescribed(
            "MaxUnpool1d",
            MaxUnpool1d.class,
            s -> new MaxUnpool1d(s.options("options", MaxPoolOptions.class)))
        .registerDescribed(
            "LPPool1d",
            LpPool1d.class,
            s -> new LpPool1d(s.number("normType"), s.options("options", AveragePoolOptions.class)))
        .registerDescribed(
            "AvgPool2d",
            AvgPool2d.class,
            s -> new AvgPool2d(s.options("options", AveragePoolOptions.class)))
        .registerDescribed(
            "MaxPool2d",
            MaxPool2d.class,
            s -> new MaxPool2d(s.options("options", MaxPoolOptions.class)))
        .registerDescribed(
            "MaxUnpool2d",
            MaxUnpool2d.class,
            s -> new MaxUnpool2d(s.options("options", MaxPoolOptions.class)))
        .registerDescribed(
            "LPPool2d",
            LpPool2d.class,
            s -> new LpPool2d(s.number("normType"), s.options("options", AveragePoolOptions.class)))
        .registerDescribed(
            "AvgPool3d",
            AvgPool3d.class,
            s -> new AvgPool3d(s.options("options", AveragePoolOptions.class)))
        .registerDescribed(
            "MaxPool3d",
            MaxPool3d.class,
            s -> new MaxPool3d(s.options("options", MaxPoolOptions.class)))
        .registerDescribed(
            "MaxUnpool3d",
            MaxUnpool3d.class,
            s -> new MaxUnpool3d(s.options("options", MaxPoolOptions.class)))
        .registerDescribed(
            "LPPool3d",
            LpPool3d.class,
            s -> new LpPool3d(s.number("normType"), s.options("options", AveragePoolOptions.class)))
        .registerDescribed(
            "FractionalMaxPool2d",
            FractionalMaxPool2d.class,
            s -> new FractionalMaxPool2d(s.options("options", FractionalPoolOptions.class)))
        .registerDescribed(
            "FractionalMaxPool3d",
            FractionalMaxPool3d.class,
            s -> new FractionalMaxPool3d(s.options("options", FractionalPoolOptions.class)));
  }

  private static void padding(ModuleRegistry registry) {
    registry
        .registerDescribed(
            "CircularPad1d", CircularPad1d.class, s -> new CircularPad1d(s.integers("padding")))
        .registerDescribed(
            "CircularPad2d", CircularPad2d.class, s -> new CircularPad2d(s.integers("padding")))
        .registerDescribed(
            "CircularPad3d", CircularPad3d.class, s -> new CircularPad3d(s.integers("padding")))
        .registerDescribed(
            "ReflectionPad1d",
            ReflectionPad1d.class,
            s -> new ReflectionPad1d(s.integers("padding")))
        .registerDescribed(
            "ReflectionPad2d",
            ReflectionPad2d.class,
            s -> new ReflectionPad2d(s.integers("padding")))
        .registerDescribed(
            "ReflectionPad3d",
            ReflectionPad3d.class,
            s -> new ReflectionPad3d(s.integers("padding")))
        .registerDescribed(
            "ReplicationPad1d",
            ReplicationPad1d.class,
            s -> new ReplicationPad1d(s.integers("padding")))
        .registerDescribed(
            "ReplicationPad2d",
            ReplicationPad2d.class,
            s -> new ReplicationPad2d(s.integers("padding")))
        .registerDescribed(
            "ReplicationPad3d",
            ReplicationPad3d.class,
            s -> new ReplicationPad3d(s.integers("padding")))
        .registerDescribed("ZeroPad1d", ZeroPad1d.class, s -> new ZeroPad1d(s.integers("padding")))
        .registerDescribed("ZeroPad2d", ZeroPad2d.class, s -> new ZeroPad2d(s.integers("padding")))
        .registerDescribed("ZeroPad3d", ZeroPad3d.class, s -> new ZeroPad3d(s.integers("padding")))
        .registerDescribed(
            "ConstantPad1d",
            ConstantPad1d.class,
            s -> new ConstantPad1d(s.number("value"), s.integers("padding")))
        .registerDescribed(
            "ConstantPad2d",
            ConstantPad2d.class,
            s -> new ConstantPad2d(s.number("value"), s.integers("padding")))
        .registerDescribed(
            "ConstantPad3d",
            ConstantPad3d.class,
            s -> new ConstantPad3d(s.number("value"), s.integers("padding")));
  }

  private static void vision(ModuleRegistry registry) {
    registry
        .registerDescribed(
            "ChannelShuffle", ChannelShuffle.class, s -> new ChannelShuffle(s.count("groups")))
        .registerDescribed(
            "PixelShuffle", PixelShuffle.class, s -> new PixelShuffle(s.count("factor")))
        .registerDescribed(
            "PixelUnshuffle", PixelUnshuffle.class, s -> new PixelUnshuffle(s.count("factor")))
        .registerDescribed(
            "Fold",
            Fold.class,
            s ->
                new Fold(
                    s.integer("height"),
                    s.integer("width"),
                    s.options("options", PatchOptions.class)))
        .registerDescribed(
            "Unfold", Unfold.class, s -> new Unfold(s.options("options", PatchOptions.class)))
        .registerDescribed("Upsample", Upsample.class, s -> upsample(s))
        .registerDescribed("UpsamplingBilinear2d", UpsamplingBilinear2d.class, s -> bilinear(s))
        .registerDescribed("UpsamplingNearest2d", UpsamplingNearest2d.class, s -> nearest(s));
  }

  private static Upsample upsample(ModuleSettings s) {
    InterpolationMode mode = s.choice("mode", InterpolationMode.class);
    boolean alignCorners = s.flag("alignCorners");
    long[] size = s.integers("size");
    double[] factor = s.numbers("scaleFactor");
    return size.length > 0
        ? Upsample.to(mode, alignCorners, size)
        : Upsample.by(mode, alignCorners, factor);
  }

  private static UpsamplingBilinear2d bilinear(ModuleSettings s) {
    long[] size = s.integers("size");
    double[] factor = s.numbers("scaleFactor");
    return size.length > 0 ? UpsamplingBilinear2d.to(size) : UpsamplingBilinear2d.by(factor);
  }

  private static UpsamplingNearest2d nearest(ModuleSettings s) {
    long[] size = s.integers("size");
    double[] factor = s.numbers("scaleFactor");
    return size.length > 0 ? UpsamplingNearest2d.to(size) : UpsamplingNearest2d.by(factor);
  }
}
