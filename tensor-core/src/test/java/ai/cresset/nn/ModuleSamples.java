package ai.cresset.nn;

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
import ai.cresset.nn.activation.Prelu;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.activation.Relu6;
import ai.cresset.nn.activation.Rrelu;
import ai.cresset.nn.activation.Selu;
import ai.cresset.nn.activation.Sigmoid;
import ai.cresset.nn.activation.Silu;
import ai.cresset.nn.activation.Softmax;
import ai.cresset.nn.activation.Softmax2d;
import ai.cresset.nn.activation.Softmin;
import ai.cresset.nn.activation.Softplus;
import ai.cresset.nn.activation.Softshrink;
import ai.cresset.nn.activation.Softsign;
import ai.cresset.nn.activation.Tanh;
import ai.cresset.nn.activation.Tanhshrink;
import ai.cresset.nn.activation.Threshold;
import ai.cresset.nn.attention.CausalSelfAttention;
import ai.cresset.nn.attention.MultiheadAttention;
import ai.cresset.nn.container.ModuleDict;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.container.ParameterDict;
import ai.cresset.nn.container.ParameterList;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv1d;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.convolution.Conv3d;
import ai.cresset.nn.convolution.ConvTranspose1d;
import ai.cresset.nn.convolution.ConvTranspose2d;
import ai.cresset.nn.convolution.ConvTranspose3d;
import ai.cresset.nn.convolution.LazyConv1d;
import ai.cresset.nn.convolution.LazyConv2d;
import ai.cresset.nn.convolution.LazyConv3d;
import ai.cresset.nn.convolution.LazyConvTranspose1d;
import ai.cresset.nn.convolution.LazyConvTranspose2d;
import ai.cresset.nn.convolution.LazyConvTranspose3d;
import ai.cresset.nn.distance.CosineSimilarity;
import ai.cresset.nn.distance.PairwiseDistance;
import ai.cresset.nn.functional.FractionalPoolOptions;
import ai.cresset.nn.functional.InterpolationMode;
import ai.cresset.nn.functional.MaxPoolOptions;
import ai.cresset.nn.functional.PatchOptions;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.nn.layer.AlphaDropout;
import ai.cresset.nn.layer.Bilinear;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Dropout1d;
import ai.cresset.nn.layer.Dropout2d;
import ai.cresset.nn.layer.Dropout3d;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.EmbeddingBag;
import ai.cresset.nn.layer.FeatureAlphaDropout;
import ai.cresset.nn.layer.Flatten;
import ai.cresset.nn.layer.Identity;
import ai.cresset.nn.layer.LazyLinear;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.layer.Unflatten;
import ai.cresset.nn.loss.AdaptiveLogSoftmaxWithLoss;
import ai.cresset.nn.loss.BinaryCrossEntropyLoss;
import ai.cresset.nn.loss.BinaryCrossEntropyWithLogitsLoss;
import ai.cresset.nn.loss.CosineEmbeddingLoss;
import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.nn.loss.CtcLoss;
import ai.cresset.nn.loss.GaussianNllLoss;
import ai.cresset.nn.loss.HingeEmbeddingLoss;
import ai.cresset.nn.loss.HuberLoss;
import ai.cresset.nn.loss.KlDivLoss;
import ai.cresset.nn.loss.L1Loss;
import ai.cresset.nn.loss.LinearCrossEntropyLoss;
import ai.cresset.nn.loss.MarginRankingLoss;
import ai.cresset.nn.loss.MeanSquaredErrorLoss;
import ai.cresset.nn.loss.MultiMarginLoss;
import ai.cresset.nn.loss.MultilabelMarginLoss;
import ai.cresset.nn.loss.MultilabelSoftMarginLoss;
import ai.cresset.nn.loss.NllLoss;
import ai.cresset.nn.loss.PoissonNllLoss;
import ai.cresset.nn.loss.QuantileLoss;
import ai.cresset.nn.loss.SmoothL1Loss;
import ai.cresset.nn.loss.SoftMarginLoss;
import ai.cresset.nn.loss.TargetLoss;
import ai.cresset.nn.loss.TripletMarginLoss;
import ai.cresset.nn.loss.TripletMarginWithDistanceLoss;
import ai.cresset.nn.norm.BatchNorm1d;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.norm.BatchNorm3d;
import ai.cresset.nn.norm.GroupNorm;
import ai.cresset.nn.norm.InstanceNorm1d;
import ai.cresset.nn.norm.InstanceNorm2d;
import ai.cresset.nn.norm.InstanceNorm3d;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.nn.norm.LazyBatchNorm1d;
import ai.cresset.nn.norm.LazyBatchNorm2d;
import ai.cresset.nn.norm.LazyBatchNorm3d;
import ai.cresset.nn.norm.LazyInstanceNorm1d;
import ai.cresset.nn.norm.LazyInstanceNorm2d;
import ai.cresset.nn.norm.LazyInstanceNorm3d;
import ai.cresset.nn.norm.LocalResponseNorm;
import ai.cresset.nn.norm.RmsNorm;
import ai.cresset.nn.norm.RunningNormOptions;
import ai.cresset.nn.norm.SyncBatchNorm;
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
import ai.cresset.nn.parametrize.SpectralNorm;
import ai.cresset.nn.parametrize.WeightNorm;
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
import ai.cresset.nn.recurrent.Gru;
import ai.cresset.nn.recurrent.GruCell;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.nn.recurrent.LstmCell;
import ai.cresset.nn.recurrent.LstmState;
import ai.cresset.nn.recurrent.Nonlinearity;
import ai.cresset.nn.recurrent.RecurrentOptions;
import ai.cresset.nn.recurrent.Rnn;
import ai.cresset.nn.recurrent.RnnCell;
import ai.cresset.nn.transformer.Transformer;
import ai.cresset.nn.transformer.TransformerDecoder;
import ai.cresset.nn.transformer.TransformerDecoderLayer;
import ai.cresset.nn.transformer.TransformerEncoder;
import ai.cresset.nn.transformer.TransformerEncoderLayer;
import ai.cresset.nn.transformer.TransformerOptions;
import ai.cresset.nn.vision.ChannelShuffle;
import ai.cresset.nn.vision.Fold;
import ai.cresset.nn.vision.PixelShuffle;
import ai.cresset.nn.vision.PixelUnshuffle;
import ai.cresset.nn.vision.Unfold;
import ai.cresset.nn.vision.Upsample;
import ai.cresset.nn.vision.UpsamplingBilinear2d;
import ai.cresset.nn.vision.UpsamplingNearest2d;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** A small instance of every module, and inputs that fit it. */
final class ModuleSamples {
  /** A module that is called with these inputs and gives these outputs. */
  record Sample(Module module, Supplier<List<Tensor>> call) {}

  static final Map<Class<?>, Supplier<Sample>> ALL = new LinkedHashMap<>();

  static {
    layers();
    activations();
    images();
    norms();
    recurrent();
    attention();
    losses();
  }

  private ModuleSamples() {}

  private static void layer(Class<?> type, Supplier<Layer> make, long... input) {
    ALL.put(
        type,
        () -> {
          Layer layer = make.get();
          return new Sample(layer, () -> List.of(layer.call(Tensor.randn(input))));
        });
  }

  private static <M extends Module> void module(
      Class<? super M> type, Supplier<M> make, Function<M, List<Tensor>> call) {
    ALL.put(
        type,
        () -> {
          M module = make.get();
          return new Sample(module, () -> call.apply(module));
        });
  }

  private static Tensor numbers(long end, long... sizes) {
    return Tensor.arange(Shape.of(sizes).numel()).remainder(end).reshape(sizes);
  }

  private static void layers() {
    layer(Linear.class, () -> new Linear(3, 2), 4, 3);
    module(
        Bilinear.class,
        () -> new Bilinear(3, 2, 4),
        m -> List.of(m.call(Tensor.randn(5, 3), Tensor.randn(5, 2))));
    module(Embedding.class, () -> new Embedding(4, 3), m -> List.of(m.call(numbers(4, 2, 4))));
    module(
        EmbeddingBag.class, () -> new EmbeddingBag(4, 3), m -> List.of(m.call(numbers(4, 2, 4))));
    layer(LazyLinear.class, () -> new LazyLinear(2), 4, 3);
    layer(FeatureAlphaDropout.class, FeatureAlphaDropout::new, 2, 3, 4);
    layer(Identity.class, Identity::new, 2, 3);
    layer(Flatten.class, Flatten::new, 2, 3, 4);
    layer(Unflatten.class, () -> new Unflatten(1, 2, 3), 2, 6);
    layer(Dropout.class, () -> new Dropout(0.5), 2, 3);
    layer(Dropout1d.class, () -> new Dropout1d(0.5), 2, 3, 4);
    layer(Dropout2d.class, () -> new Dropout2d(0.5), 2, 3, 4, 4);
    layer(Dropout3d.class, () -> new Dropout3d(0.5), 2, 3, 4, 4, 4);
    layer(AlphaDropout.class, () -> new AlphaDropout(0.5), 2, 3);
    layer(Sequential.class, () -> new Sequential(new Linear(3, 2), new Relu()), 4, 3);
    module(
        ModuleList.class,
        () -> new ModuleList<Linear>(List.of(new Linear(3, 2), new Linear(3, 4))),
        m -> List.of(m.get(0).call(Tensor.randn(1, 3)), m.get(1).call(Tensor.randn(1, 3))));
    module(
        ModuleDict.class,
        () -> new ModuleDict<Linear>(Map.of("head", new Linear(3, 2))),
        m -> List.of(m.get("head").call(Tensor.randn(1, 3))));
    module(
        ParameterList.class,
        () -> new ParameterList(List.of(Tensor.randn(3), Tensor.randn(2))),
        m -> List.of(m.get(0).square(), m.get(1).square()));
    module(
        ParameterDict.class,
        () -> new ParameterDict(Map.of("scale", Tensor.randn(3))),
        m -> List.of(m.get("scale").square()));
    layer(WeightNorm.class, () -> WeightNorm.of(new Linear(3, 2)), 4, 3);
    layer(SpectralNorm.class, () -> SpectralNorm.of(new Linear(3, 2)), 4, 3);
    module(
        CosineSimilarity.class,
        CosineSimilarity::new,
        m -> List.of(m.call(Tensor.randn(4, 3), Tensor.randn(4, 3))));
    module(
        PairwiseDistance.class,
        PairwiseDistance::new,
        m -> List.of(m.call(Tensor.randn(4, 3), Tensor.randn(4, 3))));
  }

  private static void activations() {
    layer(Relu.class, Relu::new, 3);
    layer(Gelu.class, Gelu::new, 3);
    layer(Sigmoid.class, Sigmoid::new, 3);
    layer(Tanh.class, Tanh::new, 3);
    layer(Relu6.class, Relu6::new, 3);
    layer(Selu.class, Selu::new, 3);
    layer(Silu.class, Silu::new, 3);
    layer(Mish.class, Mish::new, 3);
    layer(LogSigmoid.class, LogSigmoid::new, 3);
    layer(Hardsigmoid.class, Hardsigmoid::new, 3);
    layer(Hardswish.class, Hardswish::new, 3);
    layer(Softsign.class, Softsign::new, 3);
    layer(Tanhshrink.class, Tanhshrink::new, 3);
    layer(LeakyRelu.class, LeakyRelu::new, 3);
    layer(Elu.class, Elu::new, 3);
    layer(Celu.class, Celu::new, 3);
    layer(Hardshrink.class, Hardshrink::new, 3);
    layer(Softshrink.class, Softshrink::new, 3);
    layer(Hardtanh.class, Hardtanh::new, 3);
    layer(Softplus.class, Softplus::new, 3);
    layer(Threshold.class, () -> new Threshold(0.1, 2), 3);
    layer(Rrelu.class, Rrelu::new, 3);
    layer(Glu.class, Glu::new, 4);
    layer(Softmax.class, () -> new Softmax(-1), 3);
    layer(Softmin.class, () -> new Softmin(-1), 3);
    layer(LogSoftmax.class, () -> new LogSoftmax(-1), 3);
    layer(Softmax2d.class, Softmax2d::new, 2, 3, 2, 2);
    layer(Prelu.class, () -> new Prelu(3), 8, 3, 4);
  }

  private static void images() {
    long[] one = {2, 4, 6};
    long[] two = {2, 4, 6, 6};
    long[] three = {2, 4, 4, 4, 4};
    layer(Conv1d.class, () -> new Conv1d(4, 3, 3), one);
    layer(Conv2d.class, () -> new Conv2d(4, 3, 3), two);
    layer(Conv3d.class, () -> new Conv3d(4, 3, 3), three);
    layer(ConvTranspose1d.class, () -> new ConvTranspose1d(4, 3, 3), one);
    layer(ConvTranspose2d.class, () -> new ConvTranspose2d(4, 3, 3), two);
    layer(ConvTranspose3d.class, () -> new ConvTranspose3d(4, 3, 3), three);
    layer(MaxPool1d.class, () -> new MaxPool1d(2), one);
    layer(MaxPool2d.class, () -> new MaxPool2d(2), two);
    layer(MaxPool3d.class, () -> new MaxPool3d(2), three);
    layer(AvgPool1d.class, () -> new AvgPool1d(2), one);
    layer(AvgPool2d.class, () -> new AvgPool2d(2), two);
    layer(AvgPool3d.class, () -> new AvgPool3d(2), three);
    layer(LpPool1d.class, () -> new LpPool1d(2, 2), one);
    layer(LpPool2d.class, () -> new LpPool2d(2, 2), two);
    layer(LpPool3d.class, () -> new LpPool3d(2, 2), three);
    layer(AdaptiveAvgPool1d.class, () -> new AdaptiveAvgPool1d(2), one);
    layer(AdaptiveAvgPool2d.class, () -> new AdaptiveAvgPool2d(2), two);
    layer(AdaptiveAvgPool3d.class, () -> new AdaptiveAvgPool3d(2), three);
    layer(AdaptiveMaxPool1d.class, () -> new AdaptiveMaxPool1d(2), one);
    layer(AdaptiveMaxPool2d.class, () -> new AdaptiveMaxPool2d(2), two);
    layer(AdaptiveMaxPool3d.class, () -> new AdaptiveMaxPool3d(2), three);
    module(
        MaxUnpool1d.class,
        () -> new MaxUnpool1d(2),
        m -> {
          Poolings.Pooled pooled =
              Poolings.maxPool1dWithIndices(Tensor.randn(one), MaxPoolOptions.of(2));
          return List.of(m.call(pooled.values(), pooled.indices()));
        });
    module(
        MaxUnpool2d.class,
        () -> new MaxUnpool2d(2),
        m -> {
          Poolings.Pooled pooled =
              Poolings.maxPool2dWithIndices(Tensor.randn(two), MaxPoolOptions.of(2));
          return List.of(m.call(pooled.values(), pooled.indices()));
        });
    module(
        MaxUnpool3d.class,
        () -> new MaxUnpool3d(2),
        m -> {
          Poolings.Pooled pooled =
              Poolings.maxPool3dWithIndices(Tensor.randn(three), MaxPoolOptions.of(2));
          return List.of(m.call(pooled.values(), pooled.indices()));
        });
    layer(
        FractionalMaxPool2d.class,
        () -> new FractionalMaxPool2d(FractionalPoolOptions.toSize(2, 3)),
        two);
    layer(
        FractionalMaxPool3d.class,
        () -> new FractionalMaxPool3d(FractionalPoolOptions.byRatio(2, 0.5)),
        three);
    layer(UpsamplingNearest2d.class, () -> UpsamplingNearest2d.by(2), two);
    layer(UpsamplingBilinear2d.class, () -> UpsamplingBilinear2d.to(5, 7), two);
    layer(LazyConv1d.class, () -> new LazyConv1d(3, 3), one);
    layer(LazyConvTranspose1d.class, () -> new LazyConvTranspose1d(3, 3), one);
    layer(LazyConv2d.class, () -> new LazyConv2d(3, 3), two);
    layer(LazyConvTranspose2d.class, () -> new LazyConvTranspose2d(3, 3), two);
    layer(LazyConv3d.class, () -> new LazyConv3d(3, 3), three);
    layer(LazyConvTranspose3d.class, () -> new LazyConvTranspose3d(3, 3), three);
    layer(ConstantPad1d.class, () -> new ConstantPad1d(2, 1), one);
    layer(ConstantPad2d.class, () -> new ConstantPad2d(2, 1), two);
    layer(ConstantPad3d.class, () -> new ConstantPad3d(2, 1), three);
    layer(ZeroPad1d.class, () -> new ZeroPad1d(1), one);
    layer(ZeroPad2d.class, () -> new ZeroPad2d(1), two);
    layer(ZeroPad3d.class, () -> new ZeroPad3d(1), three);
    layer(ReflectionPad1d.class, () -> new ReflectionPad1d(1), one);
    layer(ReflectionPad2d.class, () -> new ReflectionPad2d(1), two);
    layer(ReflectionPad3d.class, () -> new ReflectionPad3d(1), three);
    layer(ReplicationPad1d.class, () -> new ReplicationPad1d(1), one);
    layer(ReplicationPad2d.class, () -> new ReplicationPad2d(1), two);
    layer(ReplicationPad3d.class, () -> new ReplicationPad3d(1), three);
    layer(CircularPad1d.class, () -> new CircularPad1d(1), one);
    layer(CircularPad2d.class, () -> new CircularPad2d(1), two);
    layer(CircularPad3d.class, () -> new CircularPad3d(1), three);
    layer(PixelShuffle.class, () -> new PixelShuffle(2), two);
    layer(PixelUnshuffle.class, () -> new PixelUnshuffle(2), two);
    layer(ChannelShuffle.class, () -> new ChannelShuffle(2), two);
    layer(Unfold.class, () -> new Unfold(PatchOptions.of(2)), two);
    layer(Fold.class, () -> new Fold(3, 3, PatchOptions.of(2)), 2, 4, 4);
    layer(Upsample.class, () -> Upsample.by(InterpolationMode.NEAREST, false, 2), two);
  }

  private static void norms() {
    RunningNormOptions all = RunningNormOptions.BATCH;
    layer(BatchNorm1d.class, () -> new BatchNorm1d(4), 3, 4);
    layer(BatchNorm2d.class, () -> new BatchNorm2d(4), 2, 4, 3, 3);
    layer(BatchNorm3d.class, () -> new BatchNorm3d(4), 2, 4, 3, 3, 3);
    layer(InstanceNorm1d.class, () -> new InstanceNorm1d(4, all, Placement.DEFAULT), 2, 4, 3);
    layer(InstanceNorm2d.class, () -> new InstanceNorm2d(4, all, Placement.DEFAULT), 2, 4, 3, 3);
    layer(InstanceNorm3d.class, () -> new InstanceNorm3d(4, all, Placement.DEFAULT), 2, 4, 3, 3, 3);
    layer(SyncBatchNorm.class, () -> new SyncBatchNorm(4), 3, 4, 2);
    layer(LazyBatchNorm1d.class, LazyBatchNorm1d::new, 3, 4, 5);
    layer(LazyInstanceNorm1d.class, () -> new LazyInstanceNorm1d(all, Placement.DEFAULT), 3, 4, 5);
    layer(LazyBatchNorm2d.class, LazyBatchNorm2d::new, 2, 4, 3, 3);
    layer(
        LazyInstanceNorm2d.class, () -> new LazyInstanceNorm2d(all, Placement.DEFAULT), 2, 4, 3, 3);
    layer(LazyBatchNorm3d.class, LazyBatchNorm3d::new, 2, 4, 3, 3, 3);
    layer(
        LazyInstanceNorm3d.class,
        () -> new LazyInstanceNorm3d(all, Placement.DEFAULT),
        2,
        4,
        3,
        3,
        3);
    layer(GroupNorm.class, () -> new GroupNorm(2, 4), 2, 4, 3);
    layer(LayerNorm.class, () -> new LayerNorm(4), 2, 3, 4);
    layer(RmsNorm.class, () -> new RmsNorm(4), 2, 3, 4);
    layer(LocalResponseNorm.class, () -> new LocalResponseNorm(2), 2, 4, 3, 3);
  }

  private static void recurrent() {
    RecurrentOptions both = RecurrentOptions.DEFAULT.withBidirectional(true).withNumLayers(2);
    module(
        Rnn.class,
        () -> new Rnn(3, 2, Nonlinearity.TANH, both),
        m -> m.call(Tensor.randn(4, 2, 3)).tensors());
    module(Gru.class, () -> new Gru(3, 2, both), m -> m.call(Tensor.randn(4, 2, 3)).tensors());
    module(
        Lstm.class,
        () -> new Lstm(3, 4, 2, both, Placement.DEFAULT),
        m -> m.call(Tensor.randn(4, 2, 3)).tensors());
    module(
        RnnCell.class,
        () -> new RnnCell(3, 2),
        m -> List.of(m.call(Tensor.randn(4, 3), Tensor.randn(4, 2))));
    module(
        GruCell.class,
        () -> new GruCell(3, 2),
        m -> List.of(m.call(Tensor.randn(4, 3), Tensor.randn(4, 2))));
    module(
        LstmCell.class,
        () -> new LstmCell(3, 2),
        m -> {
          LstmState state = new LstmState(Tensor.randn(4, 2), Tensor.randn(4, 2));
          return m.call(Tensor.randn(4, 3), state).tensors();
        });
  }

  private static void attention() {
    TransformerOptions small = TransformerOptions.DEFAULT.withFeedForwardWidth(6).withDropout(0);
    layer(
        CausalSelfAttention.class,
        () -> new CausalSelfAttention(8, 2, 0, true, Placement.DEFAULT),
        2,
        3,
        8);
    module(
        MultiheadAttention.class,
        () -> new MultiheadAttention(8, 2),
        m -> {
          Tensor memory = Tensor.randn(5, 2, 8);
          return m.call(Tensor.randn(4, 2, 8), memory, memory).tensors();
        });
    module(
        TransformerEncoderLayer.class,
        () -> new TransformerEncoderLayer(8, 2, small, Placement.DEFAULT),
        m -> List.of(m.call(Tensor.randn(4, 2, 8))));
    module(
        TransformerDecoderLayer.class,
        () -> new TransformerDecoderLayer(8, 2, small, Placement.DEFAULT),
        m -> List.of(m.call(Tensor.randn(4, 2, 8), Tensor.randn(5, 2, 8))));
    module(
        TransformerEncoder.class,
        () ->
            new TransformerEncoder(
                List.of(new TransformerEncoderLayer(8, 2, small, Placement.DEFAULT)), null),
        m -> List.of(m.call(Tensor.randn(4, 2, 8))));
    module(
        TransformerDecoder.class,
        () ->
            new TransformerDecoder(
                List.of(new TransformerDecoderLayer(8, 2, small, Placement.DEFAULT)), null),
        m -> List.of(m.call(Tensor.randn(4, 2, 8), Tensor.randn(5, 2, 8))));
    module(
        Transformer.class,
        () -> new Transformer(8, 2, 1, 1, small, Placement.DEFAULT),
        m -> List.of(m.call(Tensor.randn(4, 2, 8), Tensor.randn(3, 2, 8))));
  }

  private static <M extends TargetLoss> void loss(
      Class<? super M> type, Supplier<M> make, Supplier<Tensor> input, Supplier<Tensor> target) {
    module(
        type,
        make,
        m -> {
          Tensor x = input.get();
          Tensor y = target.get();
          return List.of(
              m.call(x, y).mean(),
              m.call(x, y, LossReduction.MEAN),
              m.call(x, y, LossReduction.SUM),
              m.call(x, y, LossReduction.NONE));
        });
  }

  private static Tensor signs(long... sizes) {
    return numbers(2, sizes).mul(2).sub(1).to(DType.FLOAT32);
  }

  private static void losses() {
    Supplier<Tensor> x = () -> Tensor.randn(4, 3);
    Supplier<Tensor> probabilities = () -> Tensor.rand(4, 3);
    Supplier<Tensor> classes = () -> numbers(3, 4);
    loss(L1Loss.class, L1Loss::new, x, x);
    loss(MeanSquaredErrorLoss.class, MeanSquaredErrorLoss::new, x, x);
    loss(SmoothL1Loss.class, SmoothL1Loss::new, x, x);
    loss(HuberLoss.class, HuberLoss::new, x, x);
    loss(QuantileLoss.class, () -> new QuantileLoss(0.1, 0.5, 0.9), x, () -> Tensor.randn(4));
    loss(CrossEntropyLoss.class, CrossEntropyLoss::new, x, classes);
    loss(NllLoss.class, () -> new NllLoss(-100, Tensor.of(new float[] {1, 2, 3}, 3)), x, classes);
    loss(BinaryCrossEntropyLoss.class, BinaryCrossEntropyLoss::new, probabilities, probabilities);
    loss(
        BinaryCrossEntropyWithLogitsLoss.class,
        BinaryCrossEntropyWithLogitsLoss::new,
        x,
        probabilities);
    loss(KlDivLoss.class, KlDivLoss::new, x, probabilities);
    loss(PoissonNllLoss.class, PoissonNllLoss::new, x, probabilities);
    loss(SoftMarginLoss.class, SoftMarginLoss::new, x, () -> signs(4, 3));
    loss(HingeEmbeddingLoss.class, HingeEmbeddingLoss::new, x, () -> signs(4, 3));
    loss(MultiMarginLoss.class, MultiMarginLoss::new, x, classes);
    loss(MultilabelMarginLoss.class, MultilabelMarginLoss::new, x, () -> numbers(3, 4, 3));
    loss(MultilabelSoftMarginLoss.class, MultilabelSoftMarginLoss::new, x, probabilities);
    module(
        GaussianNllLoss.class,
        GaussianNllLoss::new,
        m -> List.of(m.call(x.get(), x.get(), probabilities.get()).mean()));
    module(
        MarginRankingLoss.class,
        MarginRankingLoss::new,
        m -> List.of(m.call(x.get(), x.get(), signs(4, 3)).mean()));
    module(
        CosineEmbeddingLoss.class,
        CosineEmbeddingLoss::new,
        m -> List.of(m.call(x.get(), x.get(), signs(4)).mean()));
    module(
        TripletMarginLoss.class,
        TripletMarginLoss::new,
        m -> List.of(m.call(x.get(), x.get(), x.get()).mean()));
    module(
        TripletMarginWithDistanceLoss.class,
        TripletMarginWithDistanceLoss::new,
        m -> List.of(m.call(x.get(), x.get(), x.get()).mean()));
    loss(LinearCrossEntropyLoss.class, () -> new LinearCrossEntropyLoss(3, 3), x, classes);
    module(
        AdaptiveLogSoftmaxWithLoss.class,
        () -> new AdaptiveLogSoftmaxWithLoss(4, 6, new long[] {2, 4}, 2, true, Placement.DEFAULT),
        m -> m.call(Tensor.randn(6, 4), numbers(6, 6)).tensors());
    module(
        CtcLoss.class,
        CtcLoss::new,
        m -> {
          Tensor scores = Tensor.randn(6, 2, 4).logSoftmax(-1);
          Tensor targets = Tensor.of(new long[] {1, 2, 3, 1}, 2, 2);
          Tensor inputs = Tensor.of(new long[] {6, 6}, 2);
          Tensor lengths = Tensor.of(new long[] {2, 2}, 2);
          return List.of(m.call(scores, targets, inputs, lengths).mean());
        });
  }
}
