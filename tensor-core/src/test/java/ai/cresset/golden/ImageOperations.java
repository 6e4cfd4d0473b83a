package ai.cresset.golden;

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
import ai.cresset.nn.functional.Poolings.Pooled;
import ai.cresset.nn.functional.SampleMode;
import ai.cresset.nn.functional.SamplePadding;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.nn.functional.Vision;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** PyTorch's names of operations on images, as calls of ours. */
final class ImageOperations {
  private final Map<String, GoldenOperations.Operation> all;

  private ImageOperations(Map<String, GoldenOperations.Operation> all) {
    this.all = all;
  }

  static void addTo(Map<String, GoldenOperations.Operation> all) {
    ImageOperations operations = new ImageOperations(all);
    operations.convolutions();
    operations.poolings();
    operations.sizes();
    operations.normalizations();
  }

  private void one(String name, Function<GoldenArguments, Tensor> operation) {
    all.put(name, arguments -> List.of(operation.apply(arguments)));
  }

  // ---- convolutions ----

  private void convolutions() {
    one("F.conv1d", a -> Convolutions.conv1d(x(a), w(a), a.optional(2), window(a)));
    one("F.conv2d", a -> Convolutions.conv2d(x(a), w(a), a.optional(2), window(a)));
    one("F.conv3d", a -> Convolutions.conv3d(x(a), w(a), a.optional(2), window(a)));
    one(
        "F.conv_transpose1d",
        a -> Convolutions.convTranspose1d(x(a), w(a), a.optional(2), transposed(a)));
    one(
        "F.conv_transpose2d",
        a -> Convolutions.convTranspose2d(x(a), w(a), a.optional(2), transposed(a)));
    one(
        "F.conv_transpose3d",
        a -> Convolutions.convTranspose3d(x(a), w(a), a.optional(2), transposed(a)));
  }

  private static Tensor x(GoldenArguments a) {
    return a.tensor(0);
  }

  private static Tensor w(GoldenArguments a) {
    return a.tensor(1);
  }

  private static Integer[] numbers(GoldenArguments a, String name, Integer... absent) {
    Integer[] given = a.integers(name);
    return given == null ? absent : given;
  }

  private static ConvolutionOptions window(GoldenArguments a) {
    ConvolutionOptions options =
        ConvolutionOptions.DEFAULT
            .stride(numbers(a, "stride", 1))
            .dilation(numbers(a, "dilation", 1))
            .groups((int) a.number("groups", 1));
    String text = a.text("padding", "");
    return switch (text) {
      case "same" -> options.samePadding();
      case "valid" -> options;
      default -> options.padding(numbers(a, "padding", 0));
    };
  }

  private static TransposedConvolutionOptions transposed(GoldenArguments a) {
    return TransposedConvolutionOptions.DEFAULT
        .stride(numbers(a, "stride", 1))
        .padding(numbers(a, "padding", 0))
        .outputPadding(numbers(a, "output_padding", 0))
        .dilation(numbers(a, "dilation", 1))
        .groups((int) a.number("groups", 1));
  }

  // ---- pooling ----

  private void poolings() {
    all.put("F.max_pool1d", a -> max(a, Poolings.maxPool1dWithIndices(x(a), maxOptions(a))));
    all.put("F.max_pool2d", a -> max(a, Poolings.maxPool2dWithIndices(x(a), maxOptions(a))));
    all.put("F.max_pool3d", a -> max(a, Poolings.maxPool3dWithIndices(x(a), maxOptions(a))));
    one("F.avg_pool1d", a -> Poolings.avgPool1d(x(a), averageOptions(a)));
    one("F.avg_pool2d", a -> Poolings.avgPool2d(x(a), averageOptions(a)));
    one("F.avg_pool3d", a -> Poolings.avgPool3d(x(a), averageOptions(a)));
    one("F.lp_pool1d", a -> Poolings.lpPool1d(x(a), a.number("norm_type", 2), averageOptions(a)));
    one("F.lp_pool2d", a -> Poolings.lpPool2d(x(a), a.number("norm_type", 2), averageOptions(a)));
    one("F.adaptive_avg_pool1d", a -> Poolings.adaptiveAvgPool1d(x(a), outputSize(a)));
    one("F.adaptive_avg_pool2d", a -> Poolings.adaptiveAvgPool2d(x(a), outputSize(a)));
    one("F.adaptive_avg_pool3d", a -> Poolings.adaptiveAvgPool3d(x(a), outputSize(a)));
    all.put("F.adaptive_max_pool1d", a -> max(a, Poolings.adaptiveMaxPool1d(x(a), outputSize(a))));
    all.put("F.adaptive_max_pool2d", a -> max(a, Poolings.adaptiveMaxPool2d(x(a), outputSize(a))));
    all.put("F.adaptive_max_pool3d", a -> max(a, Poolings.adaptiveMaxPool3d(x(a), outputSize(a))));
    one(
        "F.max_unpool2d",
        a ->
            Poolings.maxUnpool(
                x(a), a.tensor(1), x(a).size(-2) * kernel(a, 0), x(a).size(-1) * kernel(a, 1)));
  }

  private static int kernel(GoldenArguments a, int dim) {
    Integer[] kernel = numbers(a, "kernel_size");
    return kernel[kernel.length == 1 ? 0 : dim];
  }

  private static List<Tensor> max(GoldenArguments a, Pooled pooled) {
    return a.flag("return_indices")
        ? List.of(pooled.values(), pooled.indices())
        : List.of(pooled.values());
  }

  private static MaxPoolOptions maxOptions(GoldenArguments a) {
    return MaxPoolOptions.of(numbers(a, "kernel_size"))
        .stride(numbers(a, "stride"))
        .padding(numbers(a, "padding", 0))
        .dilation(numbers(a, "dilation", 1))
        .ceilMode(a.flag("ceil_mode"));
  }

  private static AveragePoolOptions averageOptions(GoldenArguments a) {
    AveragePoolOptions options =
        AveragePoolOptions.of(numbers(a, "kernel_size"))
            .stride(numbers(a, "stride"))
            .padding(numbers(a, "padding", 0))
            .ceilMode(a.flag("ceil_mode"));
    if (a.given("count_include_pad")) {
      options = options.countIncludePad(a.flag("count_include_pad"));
    }
    Integer[] divisor = a.integers("divisor_override");
    return divisor == null ? options : options.divisorOverride(divisor[0]);
  }

  /** Null keeps a size. */
  private static long[] outputSize(GoldenArguments a) {
    return longs(Objects.requireNonNull(a.integers("output_size")));
  }

  private static long[] longs(Integer... numbers) {
    return Arrays.stream(numbers).mapToLong(Integer::longValue).toArray();
  }

  // ---- other sizes and orders ----

  private void sizes() {
    one("F.pad", ImageOperations::pad);
    one("F.interpolate", ImageOperations::interpolate);
    one(
        "F.grid_sample",
        a ->
            Vision.gridSample(
                x(a),
                a.tensor(1),
                sampleMode(a),
                SamplePadding.valueOf(upper(a.text("padding_mode", "zeros"))),
                a.flag("align_corners")));
    one(
        "F.affine_grid",
        a -> Vision.affineGrid(x(a), Shape.of(a.integers(1)), a.flag("align_corners")));
    one("F.pixel_shuffle", a -> Vision.pixelShuffle(x(a), a.integer(1)));
    one("F.pixel_unshuffle", a -> Vision.pixelUnshuffle(x(a), a.integer(1)));
    one("F.channel_shuffle", a -> Vision.channelShuffle(x(a), a.integer(1)));
    one("F.unfold", a -> Vision.unfold(x(a), patches(a)));
    one(
        "F.fold",
        a -> {
          long[] size = outputSize(a);
          return Vision.fold(x(a), size[0], size[size.length - 1], patches(a));
        });
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static SampleMode sampleMode(GoldenArguments a) {
    return switch (a.text("mode", "bilinear")) {
      case "nearest" -> SampleMode.NEAREST;
      case "bicubic" -> SampleMode.CUBIC;
      default -> SampleMode.LINEAR;
    };
  }

  private static PatchOptions patches(GoldenArguments a) {
    return PatchOptions.of(numbers(a, "kernel_size"))
        .stride(numbers(a, "stride", 1))
        .padding(numbers(a, "padding", 0))
        .dilation(numbers(a, "dilation", 1));
  }

  private static Tensor pad(GoldenArguments a) {
    PaddingMode mode = PaddingMode.valueOf(upper(a.text("mode", "constant")));
    long[] pad = longs(numbers(a, "pad"));
    double value = a.number("value", 0);
    return mode == PaddingMode.CONSTANT
        ? Padding.constant(x(a), value, pad)
        : Padding.pad(x(a), mode, pad);
  }

  private static Tensor interpolate(GoldenArguments a) {
    InterpolationMode mode =
        switch (a.text("mode", "nearest")) {
          case "nearest" -> InterpolationMode.NEAREST;
          case "nearest-exact" -> InterpolationMode.NEAREST_EXACT;
          case "area" -> InterpolationMode.AREA;
          case "bicubic" -> InterpolationMode.CUBIC;
          default -> InterpolationMode.LINEAR;
        };
    boolean align = a.flag("align_corners");
    double[] factors = a.numbers("scale_factor");
    Integer[] size = a.integers("size");
    return size == null
        ? Vision.interpolateBy(x(a), mode, align, Objects.requireNonNull(factors))
        : Vision.interpolate(x(a), mode, align, longs(size));
  }

  // ---- normalisation ----

  private void normalizations() {
    one(
        "F.batch_norm",
        a ->
            Normalizations.batchNorm(
                x(a),
                a.optional(1),
                a.optional(2),
                either(a, 3, "weight"),
                either(a, 4, "bias"),
                a.flag("training"),
                a.number("momentum", 0.1),
                a.number("eps", 1e-5)));
    one(
        "F.instance_norm",
        a ->
            Normalizations.instanceNorm(
                x(a),
                either(a, 1, "running_mean"),
                either(a, 2, "running_var"),
                either(a, 3, "weight"),
                either(a, 4, "bias"),
                !a.given("use_input_stats") || a.flag("use_input_stats"),
                a.number("momentum", 0.1),
                a.number("eps", 1e-5)));
    one(
        "F.group_norm",
        a ->
            Normalizations.groupNorm(
                x(a),
                a.integer(1),
                either(a, 2, "weight"),
                either(a, 3, "bias"),
                a.number("eps", 1e-5)));
    one(
        "F.rms_norm",
        a -> {
          Shape shape = Shape.of(a.integers(1));
          Tensor weight = either(a, 2, "weight");
          return a.given("eps")
              ? Normalizations.rmsNorm(x(a), shape, weight, a.number("eps", 0))
              : Normalizations.rmsNorm(x(a), shape, weight);
        });
    one(
        "F.local_response_norm",
        a ->
            Normalizations.localResponseNorm(
                x(a),
                (int) a.number("size", 0),
                a.number("alpha", 1e-4),
                a.number("beta", 0.75),
                a.number("k", 1)));
  }

  private static @Nullable Tensor either(GoldenArguments a, int index, String name) {
    return a.has(index) ? a.optional(index) : a.tensor(name);
  }
}
