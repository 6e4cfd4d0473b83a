package ai.cresset.golden;

import ai.cresset.nn.Layer;
import ai.cresset.nn.activation.Celu;
import ai.cresset.nn.activation.Elu;
import ai.cresset.nn.activation.Gelu;
import ai.cresset.nn.activation.Glu;
import ai.cresset.nn.activation.Hardshrink;
import ai.cresset.nn.activation.Hardsigmoid;
import ai.cresset.nn.activation.Hardswish;
import ai.cresset.nn.activation.Hardtanh;
import ai.cresset.nn.activation.LeakyRelu;
import ai.cresset.nn.activation.LogSigmoid;
import ai.cresset.nn.activation.LogSoftmax;
import ai.cresset.nn.activation.Mish;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.activation.Relu6;
import ai.cresset.nn.activation.Rrelu;
import ai.cresset.nn.activation.Selu;
import ai.cresset.nn.activation.Sigmoid;
import ai.cresset.nn.activation.Silu;
import ai.cresset.nn.activation.Softmax;
import ai.cresset.nn.activation.Softmin;
import ai.cresset.nn.activation.Softplus;
import ai.cresset.nn.activation.Softshrink;
import ai.cresset.nn.activation.Softsign;
import ai.cresset.nn.activation.Tanh;
import ai.cresset.nn.activation.Tanhshrink;
import ai.cresset.nn.activation.Threshold;
import ai.cresset.nn.functional.AveragePoolOptions;
import ai.cresset.nn.functional.MaxPoolOptions;
import ai.cresset.nn.functional.PatchOptions;
import ai.cresset.nn.layer.AlphaDropout;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Dropout1d;
import ai.cresset.nn.layer.Dropout2d;
import ai.cresset.nn.layer.Dropout3d;
import ai.cresset.nn.layer.Flatten;
import ai.cresset.nn.layer.Identity;
import ai.cresset.nn.layer.Unflatten;
import ai.cresset.nn.norm.LocalResponseNorm;
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
import ai.cresset.nn.pooling.LpPool1d;
import ai.cresset.nn.pooling.LpPool2d;
import ai.cresset.nn.pooling.LpPool3d;
import ai.cresset.nn.pooling.MaxPool1d;
import ai.cresset.nn.pooling.MaxPool2d;
import ai.cresset.nn.pooling.MaxPool3d;
import ai.cresset.nn.vision.ChannelShuffle;
import ai.cresset.nn.vision.Fold;
import ai.cresset.nn.vision.PixelShuffle;
import ai.cresset.nn.vision.PixelUnshuffle;
import ai.cresset.nn.vision.Unfold;
import ai.cresset.tensor.GeluApproximation;
import java.util.Locale;
import java.util.function.Function;

/** PyTorch's names of layers without state, with their settings, as ours. */
final class GoldenLayerTypes {
  private GoldenLayerTypes() {}

  static void register() {
    activations();
    pooling();
    padding();
    others();
  }

  private static void layer(String name, Function<GoldenConfig, Layer> make) {
    GoldenModuleTypes.ALL.put("nn." + name, c -> GoldenModule.of(make.apply(c)));
  }

  private static void activations() {
    layer("ReLU", c -> new Relu());
    layer(
        "GELU",
        c ->
            new Gelu(
                GeluApproximation.valueOf(c.text("approximate", "none").toUpperCase(Locale.ROOT))));
    layer("Sigmoid", c -> new Sigmoid());
    layer("Tanh", c -> new Tanh());
    layer("ReLU6", c -> new Relu6());
    layer("SELU", c -> new Selu());
    layer("SiLU", c -> new Silu());
    layer("Mish", c -> new Mish());
    layer("LogSigmoid", c -> new LogSigmoid());
    layer("Hardsigmoid", c -> new Hardsigmoid());
    layer("Hardswish", c -> new Hardswish());
    layer("Softsign", c -> new Softsign());
    layer("Tanhshrink", c -> new Tanhshrink());
    layer("LeakyReLU", c -> new LeakyRelu(c.number("negative_slope", 0.01)));
    layer("ELU", c -> new Elu(c.number("alpha", 1)));
    layer("CELU", c -> new Celu(c.number("alpha", 1)));
    layer("Hardshrink", c -> new Hardshrink(c.number("lambd", 0.5)));
    layer("Softshrink", c -> new Softshrink(c.number("lambd", 0.5)));
    layer("Hardtanh", c -> new Hardtanh(c.number("min_val", -1), c.number("max_val", 1)));
    layer("Softplus", c -> new Softplus(c.number("beta", 1), c.number("threshold", 20)));
    layer("Threshold", c -> new Threshold(c.number("threshold", 0), c.number("value", 0)));
    layer("RReLU", c -> new Rrelu(c.number("lower", 1.0 / 8), c.number("upper", 1.0 / 3)));
    layer("GLU", c -> new Glu((int) c.integer("dim", -1)));
    layer("Softmax", c -> new Softmax((int) c.integer("dim")));
    layer("Softmin", c -> new Softmin((int) c.integer("dim")));
    layer("LogSoftmax", c -> new LogSoftmax((int) c.integer("dim")));
  }

  static MaxPoolOptions largest(GoldenConfig c) {
    MaxPoolOptions options =
        MaxPoolOptions.of(c.ints("kernel_size", 1))
            .padding(c.ints("padding", 0))
            .dilation(c.ints("dilation", 1))
            .ceilMode(c.flag("ceil_mode", false));
    return c.has("stride") ? options.stride(c.ints("stride", 1)) : options;
  }

  private static AveragePoolOptions average(GoldenConfig c) {
    AveragePoolOptions options =
        AveragePoolOptions.of(c.ints("kernel_size", 1))
            .padding(c.ints("padding", 0))
            .ceilMode(c.flag("ceil_mode", false))
            .countIncludePad(c.flag("count_include_pad", true));
    return c.has("stride") ? options.stride(c.ints("stride", 1)) : options;
  }

  private static void pooling() {
    layer("MaxPool1d", c -> new MaxPool1d(largest(c)));
    layer("MaxPool2d", c -> new MaxPool2d(largest(c)));
    layer("MaxPool3d", c -> new MaxPool3d(largest(c)));
    layer("AvgPool1d", c -> new AvgPool1d(average(c)));
    layer("AvgPool2d", c -> new AvgPool2d(average(c)));
    layer("AvgPool3d", c -> new AvgPool3d(average(c)));
    layer("LPPool1d", c -> new LpPool1d(c.number("norm_type", 2), average(c)));
    layer("LPPool2d", c -> new LpPool2d(c.number("norm_type", 2), average(c)));
    layer("LPPool3d", c -> new LpPool3d(c.number("norm_type", 2), average(c)));
    layer("AdaptiveAvgPool1d", c -> new AdaptiveAvgPool1d(c.integers("output_size")));
    layer("AdaptiveAvgPool2d", c -> new AdaptiveAvgPool2d(c.integers("output_size")));
    layer("AdaptiveAvgPool3d", c -> new AdaptiveAvgPool3d(c.integers("output_size")));
    layer("AdaptiveMaxPool1d", c -> new AdaptiveMaxPool1d(c.integers("output_size")));
    layer("AdaptiveMaxPool2d", c -> new AdaptiveMaxPool2d(c.integers("output_size")));
    layer("AdaptiveMaxPool3d", c -> new AdaptiveMaxPool3d(c.integers("output_size")));
  }

  private static void padding() {
    layer("ConstantPad1d", c -> new ConstantPad1d(c.number("value", 0), c.integers("padding")));
    layer("ConstantPad2d", c -> new ConstantPad2d(c.number("value", 0), c.integers("padding")));
    layer("ConstantPad3d", c -> new ConstantPad3d(c.number("value", 0), c.integers("padding")));
    layer("ZeroPad1d", c -> new ZeroPad1d(c.integers("padding")));
    layer("ZeroPad2d", c -> new ZeroPad2d(c.integers("padding")));
    layer("ZeroPad3d", c -> new ZeroPad3d(c.integers("padding")));
    layer("ReflectionPad1d", c -> new ReflectionPad1d(c.integers("padding")));
    layer("ReflectionPad2d", c -> new ReflectionPad2d(c.integers("padding")));
    layer("ReflectionPad3d", c -> new ReflectionPad3d(c.integers("padding")));
    layer("ReplicationPad1d", c -> new ReplicationPad1d(c.integers("padding")));
    layer("ReplicationPad2d", c -> new ReplicationPad2d(c.integers("padding")));
    layer("ReplicationPad3d", c -> new ReplicationPad3d(c.integers("padding")));
    layer("CircularPad1d", c -> new CircularPad1d(c.integers("padding")));
    layer("CircularPad2d", c -> new CircularPad2d(c.integers("padding")));
    layer("CircularPad3d", c -> new CircularPad3d(c.integers("padding")));
  }

  private static PatchOptions patches(GoldenConfig c) {
    return PatchOptions.of(c.ints("kernel_size", 1))
        .stride(c.ints("stride", 1))
        .padding(c.ints("padding", 0))
        .dilation(c.ints("dilation", 1));
  }

  private static void others() {
    layer("Identity", c -> new Identity());
    layer(
        "Flatten",
        c -> new Flatten((int) c.integer("start_dim", 1), (int) c.integer("end_dim", -1)));
    layer("Unflatten", c -> new Unflatten((int) c.integer("dim"), c.integers("unflattened_size")));
    layer("Dropout", c -> new Dropout(c.number("p", 0.5)));
    layer("Dropout1d", c -> new Dropout1d(c.number("p", 0.5)));
    layer("Dropout2d", c -> new Dropout2d(c.number("p", 0.5)));
    layer("Dropout3d", c -> new Dropout3d(c.number("p", 0.5)));
    layer("AlphaDropout", c -> new AlphaDropout(c.number("p", 0.5)));
    layer("PixelShuffle", c -> new PixelShuffle((int) c.integer("upscale_factor")));
    layer("PixelUnshuffle", c -> new PixelUnshuffle((int) c.integer("downscale_factor")));
    layer("ChannelShuffle", c -> new ChannelShuffle((int) c.integer("groups")));
    layer("Unfold", c -> new Unfold(patches(c)));
    layer(
        "Fold",
        c -> {
          long[] size = c.integers("output_size");
          return new Fold(size[0], size[size.length - 1], patches(c));
        });
    layer(
        "LocalResponseNorm",
        c ->
            new LocalResponseNorm(
                (int) c.integer("size"),
                c.number("alpha", 1e-4),
                c.number("beta", 0.75),
                c.number("k", 1)));
  }
}
