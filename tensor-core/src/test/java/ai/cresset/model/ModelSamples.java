package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.layer.Linear;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A small instance of every model, its loss, and that of its last layer alone. */
final class ModelSamples {
  /**
   * A model.
   *
   * @param head the part that transfer learning trains
   * @param loss of the model on random data
   * @param headLoss of the head alone, on data of the shape that it gets
   */
  record Sample(Module model, Module head, Supplier<Tensor> loss, Supplier<Tensor> headLoss) {}

  static final Map<Class<?>, Supplier<Sample>> ALL = new LinkedHashMap<>();

  static {
    ALL.put(Mlp.class, ModelSamples::mlp);
    ALL.put(CifarCnn.class, ModelSamples::cifar);
    ALL.put(ImageCnn.class, ModelSamples::images);
    ALL.put(TableMlp.class, ModelSamples::rows);
    ALL.put(Gpt.class, ModelSamples::gpt);
    ALL.put(ResNet.class, () -> images(new ResNet(ResNetConfig.resNet18(3).withWidth(4))));
    ALL.put(
        ResNetBottleneck.class, () -> images(new ResNet(ResNetConfig.resNet50(3).withWidth(2))));
    ALL.put(TextClassifier.class, ModelSamples::texts);
    ALL.put(TextTransformer.class, ModelSamples::textTransformer);
    ALL.put(SequenceToSequence.class, ModelSamples::sequences);
    ALL.put(Ensemble.class, ModelSamples::ensemble);
    ALL.put(
        DataParallel.class,
        () -> rowsOfSix(new DataParallel(smallMlp(), ModelSamples::smallMlp, List.of(Device.CPU))));
  }

  private ModelSamples() {}

  private static Tensor classes(long end, long... sizes) {
    return Creation.randint(0, end, Shape.of(sizes), Generator.current());
  }

  private static Linear lastLinear(Module model) {
    Linear last = null;
    for (Module each : model.namedModules().values()) {
      last = each instanceof Linear linear ? linear : last;
    }
    if (last == null) {
      throw new AssertionError(model);
    }
    return last;
  }

  private static Sample mlp() {
    return rowsOfSix(smallMlp());
  }

  private static Mlp smallMlp() {
    return new Mlp(6, 8, 7, 3);
  }

  private static Sample rowsOfSix(Layer model) {
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> Losses.crossEntropy(model.call(Tensor.randn(5, 6)), classes(3, 5)),
        () -> Losses.crossEntropy(head.call(Tensor.randn(5, 7)), classes(3, 5)));
  }

  private static Sample cifar() {
    CifarCnn model = new CifarCnn(3, 2, Placement.DEFAULT);
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> Losses.crossEntropy(model.call(Tensor.randn(4, 3, 32, 32)), classes(3, 4)),
        () -> Losses.crossEntropy(head.call(Tensor.randn(4, 16)), classes(3, 4)));
  }

  private static Sample images() {
    ImageCnn model =
        new ImageCnn(new ImageCnnConfig(2, 9, 7, 3, 2, 1, 4, true, 2, 6, 0), Placement.DEFAULT);
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> Losses.crossEntropy(model.call(Tensor.randn(4, 2, 9, 7)), classes(3, 4)),
        () -> Losses.crossEntropy(head.call(Tensor.randn(4, 6)), classes(3, 4)));
  }

  private static Sample rows() {
    TableMlp model =
        new TableMlp(new TableMlpConfig(2, List.of(3L, 2L), 3, List.of(8), 4, true, 0));
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> Losses.crossEntropy(model.call(Tensor.randn(5, 2), classes(2, 5, 2)), classes(3, 5)),
        () -> Losses.crossEntropy(head.call(Tensor.randn(5, 8)), classes(3, 5)));
  }

  private static Sample ensemble() {
    Ensemble model = new Ensemble(List.of(smallMlp(), smallMlp()));
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> Losses.crossEntropy(model.call(Tensor.randn(5, 6)), classes(3, 5)),
        () -> {
          List<Tensor> scores = List.of(Tensor.randn(5, 3), head.call(Tensor.randn(5, 7)));
          Tensor mean = Functional.stack(scores, 0).softmax(-1).mean(new int[] {0}, false);
          return Losses.crossEntropy(mean, classes(3, 5));
        });
  }

  private static Sample images(ResNet model) {
    long features = model.config().numFeatures();
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> Losses.crossEntropy(model.call(Tensor.randn(4, 3, 64, 64)), classes(3, 4)),
        () -> Losses.crossEntropy(head.call(Tensor.randn(4, features)), classes(3, 4)));
  }

  private static Sample texts() {
    TextClassifierConfig config =
        TextClassifierConfig.of(TextClassifierConfig.Cell.GRU, 9, 3).withSizes(5, 6, 2);
    TextClassifier model = new TextClassifier(config);
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> Losses.crossEntropy(model.call(classes(9, 4, 7)), classes(3, 4)),
        () -> Losses.crossEntropy(head.call(Tensor.randn(4, 6)), classes(3, 4)));
  }

  private static Sample textTransformer() {
    TextTransformer model =
        new TextTransformer(new TextTransformerConfig(9, 3, 6, 2, 1, 0, 7, 0));
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> Losses.crossEntropy(model.call(classes(9, 4, 7)), classes(3, 4)),
        () -> Losses.crossEntropy(head.call(Tensor.randn(4, 6)), classes(3, 4)));
  }

  private static Sample sequences() {
    SequenceToSequence model =
        new SequenceToSequence(SequenceToSequenceConfig.of(9, 11).withSizes(8, 2, 1));
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> model.loss(classes(9, 3, 6), classes(11, 3, 5)).mean(),
        () -> {
          Tensor rows = head.call(Tensor.randn(3, 4, 8)).flatten(0, 1);
          return Losses.crossEntropy(rows, classes(11, 12), null, 0, 0).mean();
        });
  }

  private static Sample gpt() {
    Gpt model = new Gpt(GptConfig.of(11, 8, 2, 2, 16).withTied(false));
    Linear head = model.head();
    return new Sample(
        model,
        head,
        () -> model.loss(classes(11, 3, 8), classes(11, 3, 8)).mean(),
        () -> {
          Tensor rows = head.call(Tensor.randn(3, 8, 16)).flatten(0, 1);
          return Losses.crossEntropy(rows, classes(11, 24), null, Losses.IGNORE_INDEX, 0).mean();
        });
  }
}
