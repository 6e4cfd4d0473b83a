package ai.cresset.golden;

import ai.cresset.model.CifarCnn;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Prelu;
import ai.cresset.nn.activation.Softmax2d;
import ai.cresset.nn.convolution.Conv1d;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.convolution.Conv3d;
import ai.cresset.nn.convolution.ConvTranspose1d;
import ai.cresset.nn.convolution.ConvTranspose2d;
import ai.cresset.nn.convolution.ConvTranspose3d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.InterpolationMode;
import ai.cresset.nn.functional.PaddingMode;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.nn.layer.Bilinear;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.BatchNorm1d;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.norm.BatchNorm3d;
import ai.cresset.nn.norm.GroupNorm;
import ai.cresset.nn.norm.InstanceNorm1d;
import ai.cresset.nn.norm.InstanceNorm2d;
import ai.cresset.nn.norm.InstanceNorm3d;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.nn.norm.RmsNorm;
import ai.cresset.nn.norm.RunningNormOptions;
import ai.cresset.nn.parametrize.SpectralNorm;
import ai.cresset.nn.parametrize.WeightNorm;
import ai.cresset.nn.recurrent.Gru;
import ai.cresset.nn.recurrent.GruCell;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.nn.recurrent.LstmCell;
import ai.cresset.nn.recurrent.LstmState;
import ai.cresset.nn.recurrent.Nonlinearity;
import ai.cresset.nn.recurrent.RecurrentOptions;
import ai.cresset.nn.recurrent.Rnn;
import ai.cresset.nn.recurrent.RnnCell;
import ai.cresset.nn.transformer.FeedForwardActivation;
import ai.cresset.nn.transformer.Transformer;
import ai.cresset.nn.transformer.TransformerDecoderLayer;
import ai.cresset.nn.transformer.TransformerEncoderLayer;
import ai.cresset.nn.transformer.TransformerOptions;
import ai.cresset.nn.vision.Upsample;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** PyTorch's names of modules, with their settings, as ours. */
final class GoldenModuleTypes {
  /** Every module that golden cases may use. */
  static final Map<String, Function<GoldenConfig, GoldenModule>> ALL = new TreeMap<>();

  static {
    layers();
    convolutions();
    norms();
    recurrent();
    attention();
    GoldenLayerTypes.register();
    GoldenLossTypes.register();
    GoldenSequenceTypes.register();
    GoldenStructureTypes.register();
    ALL.put(
        "CifarCnn",
        c ->
            GoldenModule.of(
                new CifarCnn(c.integer("num_classes", 10), c.integer("width", 64), c.placement())));
  }

  private GoldenModuleTypes() {}

  private static void layer(String name, Function<GoldenConfig, Layer> make) {
    ALL.put(name, c -> GoldenModule.of(make.apply(c)));
  }

  private static Linear linear(GoldenConfig c) {
    return new Linear(
        c.integer("in_features"), c.integer("out_features"), c.flag("bias", true), c.placement());
  }

  private static void layers() {
    layer("nn.Linear", GoldenModuleTypes::linear);
    layer(
        "weight_norm(nn.Linear)",
        c -> WeightNorm.of(linear(c), "weight", (int) c.integer("dim", 0)));
    layer(
        "spectral_norm(nn.Linear)",
        c ->
            SpectralNorm.of(
                linear(c),
                "weight",
                (int) c.integer("n_power_iterations", 1),
                (int) c.integer("dim", 0)));
    ALL.put(
        "nn.Bilinear",
        c -> {
          Bilinear bilinear =
              new Bilinear(
                  c.integer("in1_features"),
                  c.integer("in2_features"),
                  c.integer("out_features"),
                  c.flag("bias", true),
                  c.placement());
          return GoldenModule.of(bilinear, in -> bilinear.call(in.get(0), in.get(1)));
        });
    layer(
        "nn.PReLU",
        c -> new Prelu(c.integer("num_parameters", 1), c.number("init", 0.25), c.placement()));
    layer("nn.Softmax2d", c -> new Softmax2d());
    layer(
        "nn.Upsample",
        c -> {
          InterpolationMode mode =
              switch (c.text("mode", "nearest")) {
                case "nearest" -> InterpolationMode.NEAREST;
                case "nearest-exact" -> InterpolationMode.NEAREST_EXACT;
                case "bicubic" -> InterpolationMode.CUBIC;
                default -> InterpolationMode.LINEAR;
              };
          boolean align = c.flag("align_corners", false);
          return c.has("size")
              ? Upsample.to(mode, align, c.integers("size"))
              : Upsample.by(mode, align, c.numbers("scale_factor"));
        });
  }

  static ConvolutionOptions options(GoldenConfig c) {
    ConvolutionOptions options =
        ConvolutionOptions.DEFAULT
            .stride(c.ints("stride", 1))
            .dilation(c.ints("dilation", 1))
            .groups((int) c.integer("groups", 1));
    String padding = c.text("padding", "valid");
    if (padding.equals("same")) {
      return options.samePadding();
    }
    return padding.equals("valid") ? options : options.padding(c.ints("padding", 0));
  }

  static PaddingMode mode(GoldenConfig c) {
    String mode = c.text("padding_mode", "zeros");
    return mode.equals("zeros")
        ? PaddingMode.CONSTANT
        : PaddingMode.valueOf(mode.toUpperCase(Locale.ROOT));
  }

  static TransposedConvolutionOptions transposed(GoldenConfig c) {
    return TransposedConvolutionOptions.DEFAULT
        .stride(c.ints("stride", 1))
        .padding(c.ints("padding", 0))
        .outputPadding(c.ints("output_padding", 0))
        .dilation(c.ints("dilation", 1))
        .groups((int) c.integer("groups", 1));
  }

  /** Makes a convolution of one rank. */
  private interface Convolving<O> {
    Layer of(
        long in, long out, long[] kernel, O options, PaddingMode mode, boolean bias, Placement at);
  }

  private static <O> Layer convolution(
      GoldenConfig c, Function<GoldenConfig, O> options, Convolving<O> make) {
    return make.of(
        c.integer("in_channels"),
        c.integer("out_channels"),
        c.integers("kernel_size"),
        options.apply(c),
        mode(c),
        c.flag("bias", true),
        c.placement());
  }

  private static void convolutions() {
    layer("nn.Conv1d", c -> convolution(c, GoldenModuleTypes::options, Conv1d::new));
    layer("nn.Conv2d", c -> convolution(c, GoldenModuleTypes::options, Conv2d::new));
    layer("nn.Conv3d", c -> convolution(c, GoldenModuleTypes::options, Conv3d::new));
    Function<GoldenConfig, TransposedConvolutionOptions> options = GoldenModuleTypes::transposed;
    layer(
        "nn.ConvTranspose1d",
        c ->
            convolution(
                c,
                options,
                (in, out, kernel, how, mode, bias, at) ->
                    new ConvTranspose1d(in, out, kernel, how, bias, at)));
    layer(
        "nn.ConvTranspose2d",
        c ->
            convolution(
                c,
                options,
                (in, out, kernel, how, mode, bias, at) ->
                    new ConvTranspose2d(in, out, kernel, how, bias, at)));
    layer(
        "nn.ConvTranspose3d",
        c ->
            convolution(
                c,
                options,
                (in, out, kernel, how, mode, bias, at) ->
                    new ConvTranspose3d(in, out, kernel, how, bias, at)));
  }

  static RunningNormOptions running(GoldenConfig c, RunningNormOptions defaults) {
    return new RunningNormOptions(
        c.number("eps", defaults.epsilon()),
        c.optional("momentum", defaults.momentum()),
        c.flag("affine", defaults.affine()),
        c.flag("track_running_stats", defaults.trackRunningStats()));
  }

  /** Makes a norm for inputs of one rank. */
  private interface Norming {
    Layer of(long features, RunningNormOptions options, Placement placement);
  }

  private static void norm(String name, RunningNormOptions defaults, Norming make) {
    layer(name, c -> make.of(c.integer("num_features"), running(c, defaults), c.placement()));
  }

  private static void norms() {
    norm("nn.BatchNorm1d", RunningNormOptions.BATCH, BatchNorm1d::new);
    norm("nn.BatchNorm2d", RunningNormOptions.BATCH, BatchNorm2d::new);
    norm("nn.BatchNorm3d", RunningNormOptions.BATCH, BatchNorm3d::new);
    norm("nn.InstanceNorm1d", RunningNormOptions.INSTANCE, InstanceNorm1d::new);
    norm("nn.InstanceNorm2d", RunningNormOptions.INSTANCE, InstanceNorm2d::new);
    norm("nn.InstanceNorm3d", RunningNormOptions.INSTANCE, InstanceNorm3d::new);
    layer(
        "nn.GroupNorm",
        c ->
            new GroupNorm(
                (int) c.integer("num_groups"),
                c.integer("num_channels"),
                c.number("eps", 1e-5),
                c.flag("affine", true),
                c.placement()));
    layer(
        "nn.LayerNorm",
        c ->
            new LayerNorm(
                Shape.of(c.integers("normalized_shape")),
                c.number("eps", 1e-5),
                c.flag("elementwise_affine", true),
                c.flag("bias", true),
                c.placement()));
    layer(
        "nn.RMSNorm",
        c ->
            new RmsNorm(
                Shape.of(c.integers("normalized_shape")),
                c.optional("eps", null),
                c.flag("elementwise_affine", true),
                c.placement()));
  }

  static RecurrentOptions recurrent(GoldenConfig c) {
    return new RecurrentOptions(
        (int) c.integer("num_layers", 1),
        c.flag("bias", true),
        c.flag("batch_first", false),
        c.number("dropout", 0),
        c.flag("bidirectional", false));
  }

  static Nonlinearity nonlinearity(GoldenConfig c) {
    return Nonlinearity.valueOf(c.text("nonlinearity", "tanh").toUpperCase(Locale.ROOT));
  }

  static @Nullable Tensor given(List<Tensor> inputs, int at) {
    return at < inputs.size() ? inputs.get(at) : null;
  }

  private static void recurrent() {
    ALL.put(
        "nn.RNN",
        c -> {
          Rnn rnn =
              new Rnn(
                  c.integer("input_size"),
                  c.integer("hidden_size"),
                  nonlinearity(c),
                  recurrent(c),
                  c.placement());
          return GoldenModule.tree(rnn, in -> rnn.call(in.get(0), given(in, 1)));
        });
    ALL.put(
        "nn.GRU",
        c -> {
          Gru gru =
              new Gru(
                  c.integer("input_size"), c.integer("hidden_size"), recurrent(c), c.placement());
          return GoldenModule.tree(gru, in -> gru.call(in.get(0), given(in, 1)));
        });
    ALL.put(
        "nn.LSTM",
        c -> {
          Lstm lstm =
              new Lstm(
                  c.integer("input_size"),
                  c.integer("hidden_size"),
                  c.integer("proj_size", 0),
                  recurrent(c),
                  c.placement());
          return GoldenModule.tree(lstm, in -> lstm.call(in.get(0), given(in, 1), given(in, 2)));
        });
    ALL.put(
        "nn.RNNCell",
        c -> {
          RnnCell cell =
              new RnnCell(
                  c.integer("input_size"),
                  c.integer("hidden_size"),
                  c.flag("bias", true),
                  nonlinearity(c),
                  c.placement());
          return GoldenModule.of(cell, in -> cell.call(in.get(0), given(in, 1)));
        });
    ALL.put(
        "nn.GRUCell",
        c -> {
          GruCell cell =
              new GruCell(
                  c.integer("input_size"),
                  c.integer("hidden_size"),
                  c.flag("bias", true),
                  c.placement());
          return GoldenModule.of(cell, in -> cell.call(in.get(0), given(in, 1)));
        });
    ALL.put(
        "nn.LSTMCell",
        c -> {
          LstmCell cell =
              new LstmCell(
                  c.integer("input_size"),
                  c.integer("hidden_size"),
                  c.flag("bias", true),
                  c.placement());
          return GoldenModule.tree(
              cell,
              in ->
                  cell.call(in.get(0), in.size() < 3 ? null : new LstmState(in.get(1), in.get(2))));
        });
  }

  static TransformerOptions transformer(GoldenConfig c) {
    return new TransformerOptions(
        c.integer("dim_feedforward", 2048),
        c.number("dropout", 0.1),
        FeedForwardActivation.valueOf(c.text("activation", "relu").toUpperCase(Locale.ROOT)),
        c.number("layer_norm_eps", 1e-5),
        c.flag("batch_first", false),
        c.flag("norm_first", false),
        c.flag("bias", true));
  }

  private static void attention() {
    ALL.put(
        "nn.TransformerEncoderLayer",
        c -> {
          TransformerEncoderLayer layer =
              new TransformerEncoderLayer(
                  c.integer("d_model"), c.integer("nhead"), transformer(c), c.placement());
          return GoldenModule.of(layer, in -> layer.call(in.get(0)));
        });
    ALL.put(
        "nn.TransformerDecoderLayer",
        c -> {
          TransformerDecoderLayer layer =
              new TransformerDecoderLayer(
                  c.integer("d_model"), c.integer("nhead"), transformer(c), c.placement());
          return GoldenModule.of(layer, in -> layer.call(in.get(0), in.get(1)));
        });
    ALL.put(
        "nn.Transformer",
        c -> {
          Transformer transformer =
              new Transformer(
                  c.integer("d_model", 512),
                  c.integer("nhead", 8),
                  (int) c.integer("num_encoder_layers", 6),
                  (int) c.integer("num_decoder_layers", 6),
                  transformer(c),
                  c.placement());
          return GoldenModule.of(transformer, in -> transformer.call(in.get(0), in.get(1)));
        });
  }
}
