package ai.cresset.model;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.Flatten;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.pooling.MaxPool2d;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.nn.recurrent.RecurrentOptions;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The five networks that training speed is measured with, on random data; {@code train_steps.py}
 * has the same for PyTorch.
 *
 * @param batch samples of a step
 * @param model closed by its user
 * @param loss the mean loss of a forward pass
 */
public record TrainWorkload(int batch, Module model, Supplier<Tensor> loss) {
  private static final Map<String, Supplier<TrainWorkload>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("mlp", TrainWorkload::mlp);
    ALL.put("cnn", TrainWorkload::cnn);
    ALL.put("lstm", TrainWorkload::lstm);
    ALL.put("gpt", TrainWorkload::gpt);
    ALL.put("resnet18", TrainWorkload::resnet18);
  }

  /** What there is. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** Makes the workload of this name. */
  public static TrainWorkload of(String name) {
    Supplier<TrainWorkload> maker = ALL.get(name);
    if (maker == null) {
      throw ConfigException.value(
          "workload", "'" + name + "'", "one of " + String.join(", ", ALL.keySet()));
    }
    return maker.get();
  }

  /** A perceptron for 28 x 28 images, batches of 128. */
  private static TrainWorkload mlp() {
    return classifier(new Mlp(784, 512, 256, 10), Tensor.randn(128, 784), 10);
  }

  /** A plain CIFAR-10 network, batches of 32. */
  private static TrainWorkload cnn() {
    List<Layer> layers = new ArrayList<>();
    long channels = 3;
    for (long wider : new long[] {64, 64, 128, 128, 256, 256}) {
      layers.add(new Conv2d(channels, wider, 3, ConvolutionOptions.DEFAULT.padding(1)));
      layers.add(new BatchNorm2d(wider));
      layers.add(new Relu());
      if (channels == wider) {
        layers.add(new MaxPool2d(2));
      }
      channels = wider;
    }
    layers.add(new Flatten());
    layers.add(new Linear(256 * 16, 512));
    layers.add(new Relu());
    layers.add(new Dropout(0.5));
    layers.add(new Linear(512, 10));
    Sequential model = new Sequential(layers.toArray(Layer[]::new));
    return classifier(model, Tensor.randn(32, 3, 32, 32), 10);
  }

  /** Two layers in both directions, and what they say at the last token. */
  private static final class LstmClassifier extends Layer {
    private final Embedding embedding = child("embedding", new Embedding(10000, 128));
    private final Lstm lstm =
        child(
            "lstm",
            new Lstm(
                128,
                256,
                RecurrentOptions.DEFAULT
                    .withNumLayers(2)
                    .withBatchFirst(true)
                    .withBidirectional(true)));
    private final Linear head = child("head", new Linear(512, 2));

    @Override
    protected Tensor forward(Tensor tokens) {
      Tensor states = lstm.call(embedding.call(tokens)).output();
      return head.call(states.select(1, -1));
    }
  }

  /** A classifier of texts of 64 tokens, batches of 32. */
  private static TrainWorkload lstm() {
    Tensor tokens = Creation.randint(0, 10000, Shape.of(32, 64), Generator.current());
    return classifier(new LstmClassifier(), tokens, 2);
  }

  /** ResNet-18 on images of 64 x 64, batches of 16. */
  private static TrainWorkload resnet18() {
    return classifier(new ResNet(ResNetConfig.resNet18(10)), Tensor.randn(16, 3, 64, 64), 10);
  }

  private static TrainWorkload classifier(Layer model, Tensor inputs, int numClasses) {
    CrossEntropyLoss crossEntropy = new CrossEntropyLoss();
    int batch = (int) inputs.size(0);
    Tensor classes = Creation.randint(0, numClasses, Shape.of(batch), Generator.current());
    return new TrainWorkload(
        batch, model, () -> crossEntropy.call(model.call(inputs), classes).mean());
  }

  /** nanoGPT's character model, batches of 8 windows of 256. */
  private static TrainWorkload gpt() {
    Gpt model =
        new Gpt(
            GptConfig.of(65, 256, 6, 6, 384)
                .withBias(true)
                .withTied(false)
                .withGelu(GeluApproximation.TANH));
    Tensor tokens = Creation.randint(0, 65, Shape.of(8, 256), Generator.current());
    Tensor targets = Creation.randint(0, 65, Shape.of(8, 256), Generator.current());
    return new TrainWorkload(8, model, () -> model.loss(tokens, targets).mean());
  }
}
