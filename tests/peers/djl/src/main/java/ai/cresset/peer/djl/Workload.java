package ai.cresset.peer.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.transformer.IdEmbedding;
import java.util.List;
import java.util.function.Function;

/** A network and the one batch it is trained on: the five of {@code tests/peers/train_steps.py}. */
record Workload(
    Block network, Function<NDManager, NDArray> inputs, Function<NDManager, NDArray> targets) {
  static Workload of(String name) {
    return switch (name) {
      case "mlp" -> new Workload(mlp(), images(128, 784), classes(10, 128));
      case "cnn" -> new Workload(cnn(), images(32, 3, 32, 32), classes(10, 32));
      case "lstm" -> new Workload(lstm(), classes(10_000, 32, 64), classes(2, 32));
      case "gpt" -> new Workload(gpt(), classes(65, 8, 256), classes(65, 8 * 256));
      case "resnet18" -> new Workload(resNet18(), images(16, 3, 64, 64), classes(10, 16));
      default ->
          throw new IllegalArgumentException(
              "unknown workload '" + name + "'; known are mlp, cnn, lstm, gpt, resnet18");
    };
  }

  private static Function<NDManager, NDArray> images(long... sizes) {
    return manager -> manager.randomNormal(new Shape(sizes));
  }

  private static Function<NDManager, NDArray> classes(int count, long... sizes) {
    return manager -> manager.randomInteger(0, count, new Shape(sizes), DataType.INT64);
  }

  private static Linear linear(long units) {
    return Linear.builder().setUnits(units).build();
  }

  private static Block relu() {
    return Activation.reluBlock();
  }

  private static Block mlp() {
    return new SequentialBlock()
        .add(linear(512))
        .add(relu())
        .add(linear(256))
        .add(relu())
        .add(linear(10));
  }

  private static Conv2d convolution(int filters, long kernel, long stride, boolean bias) {
    long padding = kernel / 2;
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(kernel, kernel))
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(padding, padding))
        .optBias(bias)
        .build();
  }

  private static BatchNorm batchNorm() {
    return BatchNorm.builder().build();
  }

  private static Block cnn() {
    SequentialBlock network = new SequentialBlock();
    for (int width : new int[] {64, 128, 256}) {
      for (int i = 0; i < 2; i++) {
        network.add(convolution(width, 3, 1, true)).add(batchNorm()).add(relu());
      }
      network.add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
    }
    return network
        .add(Blocks.batchFlattenBlock())
        .add(linear(512))
        .add(relu())
        .add(Dropout.builder().optRate(0.5f).build())
        .add(linear(10));
  }

  private static Block lstm() {
    return new SequentialBlock()
        .add(embedding(10_000, 128))
        .add(bidirectional())
        .add(bidirectional())
        .addSingleton(hidden -> hidden.get(":, -1"))
        .add(linear(2));
  }

  /** Both directions of one layer: DJL's own of two directions mixes up its weights. */
  private static Block bidirectional() {
    Block back =
        new SequentialBlock()
            .addSingleton(steps -> steps.flip(1))
            .add(oneDirection())
            .addSingleton(hidden -> hidden.flip(1));
    return new ParallelBlock(
        branches ->
            new NDList(
                branches.get(0).singletonOrThrow().concat(branches.get(1).singletonOrThrow(), 2)),
        List.of(oneDirection(), back));
  }

  /** The list is copied, because the layer adds its states to the list that it is given. */
  private static Block oneDirection() {
    return new SequentialBlock()
        .add(steps -> new NDList(steps.head()))
        .add(LSTM.builder().setStateSize(256).setNumLayers(1).optBatchFirst(true).build())
        .add(outputAndStates -> new NDList(outputAndStates.head()));
  }

  static IdEmbedding embedding(int rows, int width) {
    return new IdEmbedding.Builder().setDictionarySize(rows).setEmbeddingSize(width).build();
  }

  private static Block gpt() {
    SequentialBlock network = new SequentialBlock().add(new TokensAndPositions(65, 256, 384));
    for (int i = 0; i < 6; i++) {
      network.add(new TransformerBlock(384, 6, 256));
    }
    return network
        .add(ai.djl.nn.norm.LayerNorm.builder().axis(2).build())
        .add(Linear.builder().setUnits(65).optBias(false).build())
        .addSingleton(logits -> logits.reshape(-1, 65));
  }

  private static Block residual(int channels, int width, long stride) {
    SequentialBlock inner =
        new SequentialBlock()
            .add(convolution(width, 3, stride, false))
            .add(batchNorm())
            .add(relu())
            .add(convolution(width, 3, 1, false))
            .add(batchNorm());
    Block shortcut =
        stride != 1 || channels != width
            ? new SequentialBlock().add(convolution(width, 1, stride, false)).add(batchNorm())
            : Blocks.identityBlock();
    Block sum =
        new ParallelBlock(
            branches ->
                new NDList(
                    NDArrays.add(
                        branches.get(0).singletonOrThrow(), branches.get(1).singletonOrThrow())),
            List.of(inner, shortcut));
    return new SequentialBlock().add(sum).add(relu());
  }

  private static Block resNet18() {
    SequentialBlock network =
        new SequentialBlock()
            .add(convolution(64, 7, 2, false))
            .add(batchNorm())
            .add(relu())
            .add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)));
    int channels = 64;
    for (int width : new int[] {64, 128, 256, 512}) {
      network.add(residual(channels, width, width == 64 ? 1 : 2)).add(residual(width, width, 1));
      channels = width;
    }
    return network.add(Pool.globalAvgPool2dBlock()).add(Blocks.batchFlattenBlock()).add(linear(10));
  }
}
