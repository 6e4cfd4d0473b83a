package ai.cresset.model;

import ai.cresset.memory.Scope;
import ai.cresset.nn.functional.AveragePoolOptions;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.nn.functional.MaxPoolOptions;
import ai.cresset.nn.functional.Normalizations;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.nn.recurrent.RecurrentOptions;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.GradientClipping;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Prints a checksum of the bits of operations, forward and backward, on tensors large enough to be
 * cut into parts; the number of threads must not change them.
 */
final class ThreadsProbe {
  private ThreadsProbe() {}

  public static void main(String[] arguments) {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      elementWise(dtype);
      reductions(dtype);
      products(dtype);
      indexing(dtype);
      images(dtype);
    }
    convolutions();
    recurrent();
    training();
  }

  private static void elementWise(DType dtype) {
    check("functions", dtype, new long[] {300, 1111}, x -> x.sigmoid().mul(x.exp()).add(x.erf()));
    check("strided", dtype, new long[] {301, 700}, x -> x.t().square().sub(x.t().tanh()));
    check(
        "broadcast",
        dtype,
        new long[] {300, 1111},
        x -> x.mul(x.narrow(0, 3, 1)).add(x.narrow(1, 7, 1)));
    check("cast", dtype, new long[] {300, 1111}, x -> x.to(DType.FLOAT64).to(DType.FLOAT32));
    Tensor drawn = Tensor.randn(300, 1111);
    print("normal " + dtype, drawn.to(dtype));
  }

  private static void reductions(DType dtype) {
    check("sum", dtype, new long[] {300, 1111}, Tensor::sum);
    check("sum of rows", dtype, new long[] {3000, 111}, x -> x.sum(new int[] {1}, false));
    check("sum of columns", dtype, new long[] {3000, 111}, x -> x.sum(new int[] {0}, false));
    check("sum of the middle", dtype, new long[] {17, 900, 33}, x -> x.sum(new int[] {1}, false));
    check(
        "mean of squares",
        dtype,
        new long[] {2000, 333},
        x -> x.square().mean(new int[] {0, 1}, false));
    check("norm", dtype, new long[] {2000, 333}, x -> x.norm());
    check("softmax", dtype, new long[] {700, 333}, x -> x.softmax(-1));
    check("logSoftmax of columns", dtype, new long[] {700, 333}, x -> x.logSoftmax(0));
    check("running sum", dtype, new long[] {700, 333}, x -> x.cumsum(0));
  }

  private static void products(DType dtype) {
    long[][] sizes = {
      {64, 4096, 32}, {8, 9000, 8}, {1, 5000, 3}, {2, 5000, 1}, {700, 64, 300}, {513, 1200, 1}
    };
    for (long[] each : sizes) {
      Tensor right = random(dtype, each[1], each[2]);
      check(
          "matmul " + each[0] + "x" + each[1] + "x" + each[2],
          dtype,
          new long[] {each[0], each[1]},
          x -> x.matmul(right));
    }
    Tensor wide = random(dtype, 300, 384);
    check("large matmul", dtype, new long[] {1300, 300}, x -> x.matmul(wide));
    Tensor other = random(dtype, 2048, 200);
    check("long sums", dtype, new long[] {2048, 160}, x -> x.t().matmul(other));
    check("few rows", dtype, new long[] {96, 700}, x -> x.matmul(random(dtype, 700, 512)));
    Tensor keys = random(dtype, 6, 32, 200);
    check("batched matmul", dtype, new long[] {6, 200, 32}, x -> x.matmul(keys));
  }

  private static void indexing(DType dtype) {
    Tensor rows = Creation.randint(0, 500, Shape.of(9000), Generator.current());
    check("indexSelect", dtype, new long[] {500, 64}, x -> x.indexSelect(0, rows));
    Tensor elements = Creation.randint(0, 500, Shape.of(4000, 64), Generator.current());
    check("gather", dtype, new long[] {500, 64}, x -> x.gather(0, elements));
  }

  private static void images(DType dtype) {
    Tensor weight = random(dtype, 24, 16, 3, 3);
    Tensor bias = random(dtype, 24);
    ConvolutionOptions padded = ConvolutionOptions.DEFAULT.padding(1);
    check(
        "conv2d",
        dtype,
        new long[] {8, 16, 21, 19},
        x -> Convolutions.conv2d(x, weight, bias, padded));
    Tensor images = random(dtype, 8, 16, 21, 19);
    check(
        "conv2d by weight",
        dtype,
        new long[] {24, 16, 3, 3},
        x -> Convolutions.conv2d(images, x, null, padded));
    check(
        "max pool",
        dtype,
        new long[] {8, 16, 33, 31},
        x -> Poolings.maxPool2d(x, MaxPoolOptions.of(3)));
    check(
        "average pool",
        dtype,
        new long[] {8, 16, 33, 31},
        x -> Poolings.avgPool2d(x, AveragePoolOptions.of(2)));
    check(
        "batch norm",
        dtype,
        new long[] {8, 16, 33, 31},
        x -> Normalizations.batchNorm(x, null, null, null, null, true, 0.1, 1e-5));
    check("sort", dtype, new long[] {70, 1500}, x -> x.sort(0, false).values());
    check("topk", dtype, new long[] {70, 1500}, x -> x.topk(9, 1, true).values());
    check("running product", dtype, new long[] {700, 50}, x -> x.cumprod(0));
  }

  /** Of shapes whose sums oneDNN would cut by the number of threads. */
  private static void convolutions() {
    long[][] sizes = {
      {4, 3, 8, 64, 7},
      {16, 8, 8, 14, 3},
      {64, 16, 32, 7, 3},
      {1, 32, 32, 28, 1},
      {8, 1, 6, 28, 5},
      {100, 4, 4, 9, 3},
      {11, 24, 20, 30, 3},
      {2, 96, 160, 12, 3},
      {16, 128, 256, 2, 3},
    };
    for (long[] s : sizes) {
      for (int stride = 1; stride <= 2; stride++) {
        ConvolutionOptions options =
            ConvolutionOptions.DEFAULT.padding((int) s[4] / 2).stride(stride);
        convolution(DType.FLOAT32, options, new long[] {s[0], s[1], s[3], s[3]}, s[2], s[4], s[4]);
      }
    }
    ConvolutionOptions padded = ConvolutionOptions.DEFAULT.padding(1);
    long[] image = {6, 64, 26, 26};
    convolution(DType.FLOAT32, padded.groups(64), image, 64, 3, 3);
    convolution(DType.FLOAT32, padded.groups(4), image, 32, 3, 3);
    convolution(DType.FLOAT32, padded.groups(8), new long[] {1, 128, 40, 40}, 128, 3, 3);
    convolution(DType.FLOAT32, padded.dilation(2), image, 16, 3, 3);
    convolution(DType.FLOAT32, padded, new long[] {3, 8, 9, 20, 20}, 16, 3, 3, 3);
    convolution(DType.FLOAT32, padded, new long[] {20, 32, 400}, 48, 3);
    convolution(DType.BFLOAT16, padded, image, 32, 3, 3);
    convolution(DType.FLOAT16, padded, image, 32, 3, 3);
  }

  private static void convolution(
      DType dtype, ConvolutionOptions options, long[] sizes, long outputs, long... kernel) {
    long[] weightSizes = new long[sizes.length];
    weightSizes[0] = outputs;
    weightSizes[1] = sizes[1] / options.groups();
    System.arraycopy(kernel, 0, weightSizes, 2, kernel.length);
    Tensor images = random(dtype, sizes);
    Tensor weight = random(dtype, weightSizes);
    String name = "convolution of " + Arrays.toString(sizes) + " " + options;
    check(name + " by input", dtype, sizes, x -> convolve(x, weight, options));
    check(name + " by weight", dtype, weightSizes, w -> convolve(images, w, options));
  }

  private static Tensor convolve(Tensor x, Tensor weight, ConvolutionOptions options) {
    return switch (x.shape().rank()) {
      case 3 -> Convolutions.conv1d(x, weight, null, options);
      case 4 -> Convolutions.conv2d(x, weight, null, options);
      default -> Convolutions.conv3d(x, weight, null, options);
    };
  }

  private static void recurrent() {
    Lstm lstm = new Lstm(64, 128, RecurrentOptions.DEFAULT.withBidirectional(true));
    check("lstm", DType.FLOAT32, new long[] {40, 32, 64}, x -> lstm.call(x).output());
    try (Scope scope = Scope.open("lstm")) {
      lstm.call(random(DType.FLOAT32, 40, 32, 64)).output().square().sum().backward();
    }
    lstm.namedParameters()
        .forEach((name, p) -> print("lstm " + name, Objects.requireNonNull(p.grad())));
  }

  /** Attention, cross entropy, layer norm, embeddings, dropout and AdamW in one. */
  private static void training() {
    Gpt model =
        new Gpt(GptConfig.of(65, 128, 2, 4, 128).withBias(true).withDropout(0.1).withTied(false));
    Optimizer optimizer =
        new AdamW(ParameterGroup.single(model.namedParameters()), AdamW.config(1e-3));
    Tensor tokens = Creation.randint(0, 65, Shape.of(6, 128), Generator.current());
    Tensor targets = Creation.randint(0, 65, Shape.of(6, 128), Generator.current());
    for (int step = 0; step < 3; step++) {
      try (Scope scope = Scope.open("step")) {
        optimizer.zeroGrad();
        Tensor loss = model.loss(tokens, targets).mean();
        loss.backward();
        GradientClipping.byGlobalNorm(model.parameters(), 1);
        optimizer.step();
        print("loss of step " + step, loss);
      }
    }
    model.namedParameters().forEach((name, parameter) -> print("trained " + name, parameter));
  }

  private static Tensor random(DType dtype, long... sizes) {
    return Tensor.randn(sizes).to(dtype);
  }

  private static void check(
      String name, DType dtype, long[] sizes, Function<Tensor, Tensor> operation) {
    try (Scope scope = Scope.open(name)) {
      Tensor x = random(dtype, sizes).requiresGrad(true);
      Tensor y = operation.apply(x);
      print(name + " " + dtype, y);
      Tensor cotangent = random(y.dtype(), y.shape().toArray());
      List<@Nullable Tensor> gradients =
          Autograd.grad(List.of(y), List.of(x), List.of(cotangent), false, false);
      Tensor gradient = gradients.get(0);
      if (gradient == null) {
        throw new AssertionError(name + " has no gradient");
      }
      print(name + " " + dtype + " gradient", gradient);
    }
  }

  private static void print(String name, Tensor tensor) {
    CRC32 sum = new CRC32();
    for (double value : tensor.detach().toDoubleArray()) {
      long bits = Double.doubleToLongBits(value);
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        sum.update((int) (bits >>> shift));
      }
    }
    System.out.printf(Locale.ROOT, "bits %s %08x%n", name, sum.getValue());
  }
}
