package ai.cresset.golden;

import ai.cresset.nn.Layer;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.ModuleDict;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.container.ParameterDict;
import ai.cresset.nn.container.ParameterList;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.LazyConv1d;
import ai.cresset.nn.convolution.LazyConv2d;
import ai.cresset.nn.convolution.LazyConv3d;
import ai.cresset.nn.convolution.LazyConvTranspose1d;
import ai.cresset.nn.convolution.LazyConvTranspose2d;
import ai.cresset.nn.convolution.LazyConvTranspose3d;
import ai.cresset.nn.distance.CosineSimilarity;
import ai.cresset.nn.distance.PairwiseDistance;
import ai.cresset.nn.functional.FractionalPoolOptions;
import ai.cresset.nn.layer.FeatureAlphaDropout;
import ai.cresset.nn.layer.LazyLinear;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.LazyBatchNorm1d;
import ai.cresset.nn.norm.LazyBatchNorm2d;
import ai.cresset.nn.norm.LazyBatchNorm3d;
import ai.cresset.nn.norm.LazyInstanceNorm1d;
import ai.cresset.nn.norm.LazyInstanceNorm2d;
import ai.cresset.nn.norm.LazyInstanceNorm3d;
import ai.cresset.nn.norm.RunningNormOptions;
import ai.cresset.nn.norm.SyncBatchNorm;
import ai.cresset.nn.pooling.FractionalMaxPool2d;
import ai.cresset.nn.pooling.FractionalMaxPool3d;
import ai.cresset.nn.pooling.MaxUnpool1d;
import ai.cresset.nn.pooling.MaxUnpool2d;
import ai.cresset.nn.pooling.MaxUnpool3d;
import ai.cresset.nn.vision.UpsamplingBilinear2d;
import ai.cresset.nn.vision.UpsamplingNearest2d;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** PyTorch's names of containers, lazy modules and images' modules of two inputs, as ours. */
final class GoldenStructureTypes {
  private GoldenStructureTypes() {}

  static void register() {
    lazy();
    images();
    containers();
    others();
  }

  private static void layer(String name, Function<GoldenConfig, Layer> make) {
    GoldenModuleTypes.ALL.put("nn." + name, c -> GoldenModule.of(make.apply(c)));
  }

  private static void lazy() {
    layer(
        "LazyLinear",
        c -> new LazyLinear(c.integer("out_features"), c.flag("bias", true), c.placement()));
    layer(
        "LazyConv1d",
        c ->
            new LazyConv1d(
                c.integer("out_channels"),
                c.integers("kernel_size"),
                GoldenModuleTypes.options(c),
                GoldenModuleTypes.mode(c),
                c.flag("bias", true),
                c.placement()));
    layer(
        "LazyConvTranspose1d",
        c ->
            new LazyConvTranspose1d(
                c.integer("out_channels"),
                c.integers("kernel_size"),
                GoldenModuleTypes.transposed(c),
                c.flag("bias", true),
                c.placement()));
    layer(
        "LazyConv2d",
        c ->
            new LazyConv2d(
                c.integer("out_channels"),
                c.integers("kernel_size"),
                GoldenModuleTypes.options(c),
                GoldenModuleTypes.mode(c),
                c.flag("bias", true),
                c.placement()));
    layer(
        "LazyConvTranspose2d",
        c ->
            new LazyConvTranspose2d(
                c.integer("out_channels"),
                c.integers("kernel_size"),
                GoldenModuleTypes.transposed(c),
                c.flag("bias", true),
                c.placement()));
    layer(
        "LazyConv3d",
        c ->
            new LazyConv3d(
                c.integer("out_channels"),
                c.integers("kernel_size"),
                GoldenModuleTypes.options(c),
                GoldenModuleTypes.mode(c),
                c.flag("bias", true),
                c.placement()));
    layer(
        "LazyConvTranspose3d",
        c ->
            new LazyConvTranspose3d(
                c.integer("out_channels"),
                c.integers("kernel_size"),
                GoldenModuleTypes.transposed(c),
                c.flag("bias", true),
                c.placement()));
    layer(
        "LazyBatchNorm1d",
        c ->
            new LazyBatchNorm1d(
                GoldenModuleTypes.running(c, RunningNormOptions.BATCH), c.placement()));
    layer(
        "LazyBatchNorm2d",
        c ->
            new LazyBatchNorm2d(
                GoldenModuleTypes.running(c, RunningNormOptions.BATCH), c.placement()));
    layer(
        "LazyBatchNorm3d",
        c ->
            new LazyBatchNorm3d(
                GoldenModuleTypes.running(c, RunningNormOptions.BATCH), c.placement()));
    layer(
        "LazyInstanceNorm1d",
        c ->
            new LazyInstanceNorm1d(
                GoldenModuleTypes.running(c, RunningNormOptions.INSTANCE), c.placement()));
    layer(
        "LazyInstanceNorm2d",
        c ->
            new LazyInstanceNorm2d(
                GoldenModuleTypes.running(c, RunningNormOptions.INSTANCE), c.placement()));
    layer(
        "LazyInstanceNorm3d",
        c ->
            new LazyInstanceNorm3d(
                GoldenModuleTypes.running(c, RunningNormOptions.INSTANCE), c.placement()));
  }

  private static FractionalPoolOptions fractional(GoldenConfig c) {
    List<Integer> kernel = List.of(c.ints("kernel_size", 1));
    return c.has("output_size")
        ? new FractionalPoolOptions(kernel, List.of(c.ints("output_size", 1)), List.of())
        : new FractionalPoolOptions(
            kernel, List.of(), Arrays.stream(c.numbers("output_ratio")).boxed().toList());
  }

  private static void images() {
    GoldenModuleTypes.ALL.put(
        "nn.MaxUnpool1d",
        c -> {
          MaxUnpool1d unpool = new MaxUnpool1d(GoldenLayerTypes.largest(c));
          long[] size = c.integers("output_size");
          return GoldenModule.of(unpool, in -> unpool.call(in.get(0), in.get(1), size));
        });
    GoldenModuleTypes.ALL.put(
        "nn.MaxUnpool2d",
        c -> {
          MaxUnpool2d unpool = new MaxUnpool2d(GoldenLayerTypes.largest(c));
          long[] size = c.integers("output_size");
          return GoldenModule.of(unpool, in -> unpool.call(in.get(0), in.get(1), size));
        });
    GoldenModuleTypes.ALL.put(
        "nn.MaxUnpool3d",
        c -> {
          MaxUnpool3d unpool = new MaxUnpool3d(GoldenLayerTypes.largest(c));
          long[] size = c.integers("output_size");
          return GoldenModule.of(unpool, in -> unpool.call(in.get(0), in.get(1), size));
        });
    GoldenModuleTypes.ALL.put(
        "nn.FractionalMaxPool2d",
        c -> {
          FractionalMaxPool2d pool = new FractionalMaxPool2d(fractional(c));
          return GoldenModule.of(pool, in -> pool.call(in.get(0), in.get(1)));
        });
    GoldenModuleTypes.ALL.put(
        "nn.FractionalMaxPool3d",
        c -> {
          FractionalMaxPool3d pool = new FractionalMaxPool3d(fractional(c));
          return GoldenModule.of(pool, in -> pool.call(in.get(0), in.get(1)));
        });
    layer("FeatureAlphaDropout", c -> new FeatureAlphaDropout(c.number("p", 0.5)));
    layer(
        "UpsamplingNearest2d",
        c ->
            c.has("size")
                ? UpsamplingNearest2d.to(c.integers("size"))
                : UpsamplingNearest2d.by(c.numbers("scale_factor")));
    layer(
        "UpsamplingBilinear2d",
        c ->
            c.has("size")
                ? UpsamplingBilinear2d.to(c.integers("size"))
                : UpsamplingBilinear2d.by(c.numbers("scale_factor")));
    layer(
        "SyncBatchNorm",
        c ->
            new SyncBatchNorm(
                c.integer("num_features"),
                GoldenModuleTypes.running(c, RunningNormOptions.BATCH),
                c.placement()));
  }

  private static void others() {
    GoldenModuleTypes.ALL.put(
        "nn.CosineSimilarity",
        c -> {
          CosineSimilarity similarity =
              new CosineSimilarity((int) c.integer("dim", 1), c.number("eps", 1e-8));
          return GoldenModule.of(similarity, in -> similarity.call(in.get(0), in.get(1)));
        });
    GoldenModuleTypes.ALL.put(
        "nn.PairwiseDistance",
        c -> {
          PairwiseDistance distance =
              new PairwiseDistance(
                  c.number("p", 2), c.number("eps", 1e-6), c.flag("keepdim", false));
          return GoldenModule.of(distance, in -> distance.call(in.get(0), in.get(1)));
        });
  }

  private static List<Linear> linears(GoldenConfig c) {
    long[] sizes = c.integers("sizes");
    List<Linear> layers = new ArrayList<>();
    for (int i = 1; i < sizes.length; i++) {
      layers.add(new Linear(sizes[i - 1], sizes[i], true, c.placement()));
    }
    return layers;
  }

  private static List<Tensor> vectors(GoldenConfig c) {
    return Arrays.stream(c.integers("sizes"))
        .mapToObj(size -> Tensor.zeros(c.placement().spec(size)))
        .toList();
  }

  private static <T> Map<String, T> named(List<T> parts) {
    Map<String, T> named = new LinkedHashMap<>();
    parts.forEach(each -> named.put("part" + named.size(), each));
    return named;
  }

  private static Tensor through(Iterable<Linear> layers, Tensor input) {
    Tensor x = input;
    for (Linear layer : layers) {
      x = layer.call(x);
    }
    return x;
  }

  private static Tensor scaled(Iterable<? extends Tensor> vectors, Tensor input) {
    Tensor x = input;
    for (Tensor vector : vectors) {
      x = x.mul(vector.sum());
    }
    return x;
  }

  /** Containers under the name that PyTorch's case gives the module which holds them. */
  private static void containers() {
    layer(
        "Sequential",
        c -> {
          List<Linear> layers = linears(c);
          return new Sequential(layers.get(0), new Relu(), layers.get(1));
        });
    GoldenModuleTypes.ALL.put(
        "nn.ModuleList",
        c -> {
          ModuleList<Linear> list = new ModuleList<>(linears(c));
          return GoldenModule.of(new Held(list), in -> through(list, in.get(0)));
        });
    GoldenModuleTypes.ALL.put(
        "nn.ModuleDict",
        c -> {
          ModuleDict<Linear> dict = new ModuleDict<>(named(linears(c)));
          return GoldenModule.of(new Held(dict), in -> through(dict.modules().values(), in.get(0)));
        });
    GoldenModuleTypes.ALL.put(
        "nn.ParameterList",
        c -> {
          ParameterList list = new ParameterList(vectors(c));
          List<Tensor> all = new ArrayList<>();
          for (int i = 0; i < list.size(); i++) {
            all.add(list.get(i));
          }
          return GoldenModule.of(new Held(list), in -> scaled(all, in.get(0)));
        });
    GoldenModuleTypes.ALL.put(
        "nn.ParameterDict",
        c -> {
          ParameterDict dict = new ParameterDict(named(vectors(c)));
          return GoldenModule.of(new Held(dict), in -> scaled(dict.all().values(), in.get(0)));
        });
  }

  /** A module that holds another. */
  private static final class Held extends ai.cresset.nn.Module {
    Held(ai.cresset.nn.Module held) {
      child("held", held);
    }
  }
}
