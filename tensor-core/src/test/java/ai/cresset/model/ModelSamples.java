package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.layer.Embedding;
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
    ALL.put(
        WideAndDeep.class,
        () -> clicks(new WideAndDeep(clickTables(), new RankingConfig(2, 4, List.of(8)))));
    ALL.put(
        DeepFm.class, () -> clicks(new DeepFm(clickTables(), new RankingConfig(2, 4, List.of(8)))));
    ALL.put(TwoTower.class, ModelSamples::towers);
    ALL.put(Gpt.class, ModelSamples::gpt);
    ALL.put(ResNet.class, () -> images(new ResNet(ResNetConfig.resNet18(3).withWidth(4))));
    ALL.put(
        ResNetBottleneck.class, () -> images(new ResNet(ResNetConfig.resNet50(3).withWidth(2))));
    ALL.put(TextClassifier.class, ModelSamples::texts);
    ALL.put(TextTransformer.class, ModelSamples::textTransformer);
    ALL.put(Forecaster.class, () -> forecasts(ForecasterConfig.Encoder.LSTM, true));
    ALL.put(RecurrentEncoder.class, () -> forecasts(ForecasterConfig.Encoder.GRU, false));
    ALL.put(TemporalConvolutions.class, () -> forecasts(ForecasterConfig.Encoder.TCN, false));
    ALL.put(SeriesTransformer.class, () -> forecasts(ForecasterConfig.Encoder.TRANSFORMER, false));
    ALL.put(SoundClassifier.class, ModelSamples::sounds);
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

  private static List<Embedding> clickTables() {
    return List.of(new Embedding(6, 5), new Embedding(4, 5));
  }

  private static Sample clicks(Module model) {
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> {
          Tensor numbers = Tensor.randn(5, 2);
          List<Tensor> ids = List.of(classes(6, 5), classes(4, 5));
          Tensor logits =
              model instanceof WideAndDeep wide
                  ? wide.call(numbers, ids)
                  : ((DeepFm) model).call(numbers, ids);
          return clickLoss(logits);
        },
        () -> {
          Tensor deep = head.call(Tensor.randn(5, 8)).squeeze(1).add(Tensor.randn(5));
          return clickLoss(model instanceof DeepFm ? deep.add(Tensor.randn(5)) : deep);
        });
  }

  private static Tensor clickLoss(Tensor logits) {
    Tensor targets = classes(2, 5).to(logits.dtype());
    return Losses.binaryCrossEntropyWithLogits(logits, targets, null, null).mean();
  }

  private static Sample towers() {
    TwoTower model =
        new TwoTower(
            List.of(new Embedding(6, 4), new Embedding(3, 4)),
            List.of(new Embedding(5, 4)),
            new TwoTowerConfig(4, List.of(8), 6, 0.5));
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> model.loss(List.of(classes(6, 5), classes(3, 5)), List.of(classes(5, 5))).mean(),
        () -> {
          Tensor made = head.call(Tensor.randn(5, 8));
          Tensor length = made.square().sum(new int[] {1}, true).add(1e-12).sqrt();
          Tensor scores = Tensor.randn(5, 6).matmul(made.div(length).transpose(0, 1)).div(0.5);
          Tensor places = Creation.arange(0, 5, 1, Device.CPU);
          return Losses.crossEntropy(scores, places, null, -100, 0).mean();
        });
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
    TextTransformer model = new TextTransformer(new TextTransformerConfig(9, 3, 6, 2, 1, 0, 7, 0));
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> Losses.crossEntropy(model.call(classes(9, 4, 7)), classes(3, 4)),
        () -> Losses.crossEntropy(head.call(Tensor.randn(4, 6)), classes(3, 4)));
  }

  private static Sample forecasts(ForecasterConfig.Encoder encoder, boolean shortcut) {
    ForecasterConfig.Anchor anchor =
        shortcut ? ForecasterConfig.Anchor.MEAN : ForecasterConfig.Anchor.NONE;
    Forecaster model =
        new Forecaster(
            new ForecasterConfig(encoder, 5, 3, 2, 1, 4, 6, 2, 2, 2, 0, anchor, shortcut));
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> squares(model.call(Tensor.randn(4, 5, 3), Tensor.randn(4, 3, 1))),
        () -> {
          Tensor said = head.call(Tensor.randn(4, shortcut ? 18 : 6));
          Tensor all = shortcut ? Tensor.randn(4, 24).add(said) : said;
          Tensor steps = all.reshape(4, 3, 2, 4);
          return squares(shortcut ? steps.add(Tensor.randn(4, 1, 2, 1)) : steps);
        });
  }

  private static Tensor squares(Tensor forecasts) {
    return Losses.mseLoss(forecasts, Tensor.randn(4, 3, 2, 4)).mean();
  }

  private static Sample sounds() {
    SoundClassifier model = new SoundClassifier(new SoundClassifierConfig(5, 3, 6, 1, false, 0));
    Linear head = lastLinear(model);
    return new Sample(
        model,
        head,
        () -> Losses.crossEntropy(model.call(Tensor.randn(4, 1, 5, 7)), classes(3, 4)),
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
