package ai.cresset.checkpoint;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
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
import ai.cresset.nn.container.ModuleDict;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.container.ParameterDict;
import ai.cresset.nn.container.ParameterList;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.distance.CosineSimilarity;
import ai.cresset.nn.distance.PairwiseDistance;
import ai.cresset.nn.layer.AlphaDropout;
import ai.cresset.nn.layer.Bilinear;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Dropout1d;
import ai.cresset.nn.layer.Dropout2d;
import ai.cresset.nn.layer.Dropout3d;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.EmbeddingBag;
import ai.cresset.nn.layer.EmbeddingOptions;
import ai.cresset.nn.layer.FeatureAlphaDropout;
import ai.cresset.nn.layer.Flatten;
import ai.cresset.nn.layer.Identity;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.layer.Unflatten;
import ai.cresset.nn.parametrize.SpectralNorm;
import ai.cresset.nn.parametrize.WeightNorm;
import ai.cresset.quant.DynamicQuantizedLinear;
import ai.cresset.quant.StaticQuantizedLinear;
import ai.cresset.tensor.GeluApproximation;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;

/** Containers, linear layers, embeddings, dropout, activations and distances in a registry. */
final class StandardLayers {
  private StandardLayers() {}

  static void register(ModuleRegistry registry) {
    containers(registry);
    layers(registry);
    activations(registry);
    activationsWithSettings(registry);
    registry.registerParametrization(
        "WeightNorm",
        WeightNorm.class,
        (module, name, s) -> WeightNorm.of(module, name, s.count("dim")));
    registry.registerParametrization(
        "SpectralNorm",
        SpectralNorm.class,
        (module, name, s) -> SpectralNorm.of(module, name, s.count("iterations"), s.count("dim")));
  }

  private static void containers(ModuleRegistry registry) {
    registry
        .registerDescribed("Sequential", Sequential.class, s -> new Sequential(s.layers("layers")))
        .registerDescribed(
            "ModuleList",
            ModuleList.class,
            s -> new ModuleList<>(s.modules("modules", Module.class)))
        .registerDescribed(
            "ModuleDict",
            ModuleDict.class,
            s -> new ModuleDict<>(s.namedModules("modules", Module.class)))
        .registerDescribed(
            "ParameterList", ParameterList.class, s -> new ParameterList(s.tensors("parameters")))
        .registerDescribed(
            "ParameterDict",
            ParameterDict.class,
            s -> new ParameterDict(s.namedTensors("parameters")));
  }

  private static void layers(ModuleRegistry registry) {
    registry
        .register("Identity", Identity.class, Identity::new)
        .registerDescribed("Linear", Linear.class, StandardLayers::linear)
        .registerDescribed(
            "DynamicQuantizedLinear",
            DynamicQuantizedLinear.class,
            s ->
                new DynamicQuantizedLinear(
                    s.integer("inFeatures"), s.integer("outFeatures"), s.flag("bias")))
        .registerDescribed(
            "StaticQuantizedLinear",
            StaticQuantizedLinear.class,
            s ->
                new StaticQuantizedLinear(
                    s.integer("inFeatures"), s.integer("outFeatures"), s.flag("bias")))
        .registerDescribed(
            "Bilinear",
            Bilinear.class,
            s ->
                new Bilinear(
                    s.integer("in1Features"),
                    s.integer("in2Features"),
                    s.integer("outFeatures"),
                    s.flag("bias"),
                    Placement.DEFAULT))
        .registerDescribed(
            "Embedding",
            Embedding.class,
            s ->
                new Embedding(
                    s.integer("numEmbeddings"),
                    s.integer("features"),
                    s.options("options", EmbeddingOptions.class),
                    Placement.DEFAULT))
        .registerDescribed(
            "EmbeddingBag",
            EmbeddingBag.class,
            s ->
                new EmbeddingBag(
                    s.integer("numEmbeddings"),
                    s.integer("features"),
                    s.choice("mode", ai.cresset.tensor.EmbeddingBag.class),
                    s.options("options", EmbeddingOptions.class),
                    s.flag("includeLastOffset"),
                    Placement.DEFAULT))
        .registerDescribed(
            "Flatten", Flatten.class, s -> new Flatten(s.count("start"), s.count("end")))
        .registerDescribed(
            "Unflatten", Unflatten.class, s -> new Unflatten(s.count("dim"), s.integers("sizes")))
        .registerDescribed(
            "CosineSimilarity",
            CosineSimilarity.class,
            s -> new CosineSimilarity(s.count("dim"), s.number("eps")))
        .registerDescribed(
            "PairwiseDistance",
            PairwiseDistance.class,
            s -> new PairwiseDistance(s.number("p"), s.number("eps"), s.flag("keepDim")));
    dropout(registry, "Dropout", Dropout.class, Dropout::new);
    dropout(registry, "Dropout1d", Dropout1d.class, Dropout1d::new);
    dropout(registry, "Dropout2d", Dropout2d.class, Dropout2d::new);
    dropout(registry, "Dropout3d", Dropout3d.class, Dropout3d::new);
    dropout(registry, "AlphaDropout", AlphaDropout.class, AlphaDropout::new);
    dropout(registry, "FeatureAlphaDropout", FeatureAlphaDropout.class, FeatureAlphaDropout::new);
  }

  private static Linear linear(ModuleSettings settings) {
    long in = settings.integer("inFeatures");
    long out = settings.integer("outFeatures");
    boolean bias = settings.flag("bias");
    Parameter tied = settings.tied("tied");
    return tied == null || bias ? new Linear(in, out, bias, Placement.DEFAULT) : new Linear(tied);
  }

  private static <L extends Layer> void dropout(
      ModuleRegistry registry, String name, Class<L> type, DoubleFunction<L> make) {
    registry.registerDescribed(name, type, s -> make.apply(s.number("probability")));
  }

  private static void activations(ModuleRegistry registry) {
    registry
        .register("Hardsigmoid", Hardsigmoid.class, Hardsigmoid::new)
        .register("Hardswish", Hardswish.class, Hardswish::new)
        .register("LogSigmoid", LogSigmoid.class, LogSigmoid::new)
        .register("Mish", Mish.class, Mish::new)
        .register("ReLU", Relu.class, Relu::new)
        .register("ReLU6", Relu6.class, Relu6::new)
        .register("SELU", Selu.class, Selu::new)
        .register("Sigmoid", Sigmoid.class, Sigmoid::new)
        .register("SiLU", Silu.class, Silu::new)
        .register("Softmax2d", Softmax2d.class, Softmax2d::new)
        .register("Softsign", Softsign.class, Softsign::new)
        .register("Tanh", Tanh.class, Tanh::new)
        .register("Tanhshrink", Tanhshrink.class, Tanhshrink::new);
  }

  private static void activationsWithSettings(ModuleRegistry registry) {
    overDim(registry, "GLU", Glu.class, Glu::new);
    overDim(registry, "Softmax", Softmax.class, Softmax::new);
    overDim(registry, "LogSoftmax", LogSoftmax.class, LogSoftmax::new);
    overDim(registry, "Softmin", Softmin.class, Softmin::new);
    registry
        .registerDescribed("CELU", Celu.class, s -> new Celu(s.number("alpha")))
        .registerDescribed("ELU", Elu.class, s -> new Elu(s.number("alpha")))
        .registerDescribed(
            "GELU", Gelu.class, s -> new Gelu(s.choice("approximate", GeluApproximation.class)))
        .registerDescribed("Hardshrink", Hardshrink.class, s -> new Hardshrink(s.number("lambda")))
        .registerDescribed("Softshrink", Softshrink.class, s -> new Softshrink(s.number("lambda")))
        .registerDescribed(
            "Hardtanh", Hardtanh.class, s -> new Hardtanh(s.number("minVal"), s.number("maxVal")))
        .registerDescribed(
            "LeakyReLU", LeakyRelu.class, s -> new LeakyRelu(s.number("negativeSlope")))
        .registerDescribed("PReLU", Prelu.class, s -> new Prelu(s.integer("numParameters")))
        .registerDescribed(
            "RReLU", Rrelu.class, s -> new Rrelu(s.number("lower"), s.number("upper")))
        .registerDescribed(
            "Softplus", Softplus.class, s -> new Softplus(s.number("beta"), s.number("threshold")))
        .registerDescribed(
            "Threshold",
            Threshold.class,
            s -> new Threshold(s.number("threshold"), s.number("value")));
  }

  private static <L extends Layer> void overDim(
      ModuleRegistry registry, String name, Class<L> type, IntFunction<L> make) {
    registry.registerDescribed(name, type, s -> make.apply(s.count("dim")));
  }
}
