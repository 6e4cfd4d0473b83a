package ai.cresset.model;

import ai.cresset.nn.Module;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.layer.Linear;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.LinkedHashMap;
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
    ALL.put(Gpt.class, ModelSamples::gpt);
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
    Mlp model = new Mlp(6, 8, 7, 3);
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
