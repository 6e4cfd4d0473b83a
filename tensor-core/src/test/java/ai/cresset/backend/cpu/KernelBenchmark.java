package ai.cresset.backend.cpu;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Backends;
import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.Distribution;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.FusedAttention;
import ai.cresset.backend.FusedCrossEntropy;
import ai.cresset.backend.Program;
import ai.cresset.backend.Reduction;
import ai.cresset.backend.View;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.random.Generator;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Times single kernels at the shapes of a small GPT. Prints {@code name value unit} lines; the
 * value is the shortest of many runs. With {@code OMP_NUM_THREADS=1} it is processor time, which
 * other work on the machine disturbs least.
 */
public final class KernelBenchmark {
  private static final Expr X = Expr.input(0);
  private static final Generator.Key KEY = new Generator.Key(1, 0);

  private static final long NANOSECONDS_OF_A_CASE = 1_500_000_000L;

  private final Backend backend = Backends.of(Device.CPU);
  private final FusedAttention attention = (FusedAttention) backend;
  private final FusedCrossEntropy crossEntropy = (FusedCrossEntropy) backend;
  private final String only;
  private final boolean single = "1".equals(System.getenv("OMP_NUM_THREADS"));

  private KernelBenchmark(String only) {
    this.only = only;
  }

  /** Runs every case, or those whose name contains the first argument. */
  public static void main(String[] arguments) {
    new KernelBenchmark(arguments.length == 0 ? "" : arguments[0]).run();
  }

  private static View tensor(DType dtype, long... sizes) {
    Shape shape = Shape.of(sizes);
    return View.contiguous(
        Allocator.current().allocate(shape.numel() * dtype.bytes()), shape, dtype);
  }

  private View random(long... sizes) {
    View view = tensor(DType.FLOAT32, sizes);
    Program normal = Program.of(Expr.random(Distribution.NORMAL), 0, 0, DType.FLOAT32);
    backend.pointwise(normal, new double[0], KEY, List.of(), List.of(view));
    return view;
  }

  private long clock() {
    return single
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private void time(String name, Runnable body) {
    if (!name.contains(only)) {
      return;
    }
    long best = Long.MAX_VALUE;
    long end = clock() + NANOSECONDS_OF_A_CASE;
    for (int i = 0; i < 20 || clock() < end; i++) {
      long start = clock();
      body.run();
      best = Math.min(best, clock() - start);
    }
    System.out.printf("%s %.1f us%n", name, best / 1e3);
  }

  private void run() {
    System.out.println(backend.description());
    pointwise();
    rows();
    products();
    fused();
    layouts();
  }

  private void map(String name, Expr expr, int inputs, int numel) {
    Program program = Program.of(expr, inputs, 0, DType.FLOAT32);
    View x = random(numel);
    View y = random(numel);
    View z = tensor(DType.FLOAT32, numel);
    List<View> in = inputs == 0 ? List.of() : inputs == 1 ? List.of(x) : List.of(x, y);
    time(name, () -> backend.pointwise(program, new double[0], KEY, in, List.of(z)));
    List.of(x, y, z).forEach(view -> view.storage().release());
  }

  private void pointwise() {
    Expr cube = X.times(X).times(X);
    Expr inner =
        Expr.fma(cube, Expr.constant(0.044715), X)
            .times(Expr.constant(0.7978845608028654))
            .apply(UnaryFunction.TANH);
    Expr gelu = X.times(Expr.constant(0.5)).times(inner.plus(Expr.constant(1)));
    map("add_1", X.plus(Expr.input(1)), 2, 1);
    map("add_64k", X.plus(Expr.input(1)), 2, 1 << 16);
    map("add_8m", X.plus(Expr.input(1)), 2, 1 << 23);
    map("exp_64k", X.apply(UnaryFunction.EXP), 1, 1 << 16);
    map("tanh_64k", X.apply(UnaryFunction.TANH), 1, 1 << 16);
    map("erf_64k", X.apply(UnaryFunction.ERF), 1, 1 << 16);
    map("log_64k", X.apply(UnaryFunction.LOG), 1, 1 << 16);
    map("sin_64k", X.apply(UnaryFunction.SIN), 1, 1 << 16);
    map("relu_64k", X.apply(BinaryFunction.MAX, Expr.constant(0)), 1, 1 << 16);
    map("gelu_tanh_64k", gelu, 1, 1 << 16);
    map("uniform_64k", Expr.random(Distribution.UNIFORM), 0, 1 << 16);
    map("normal_64k", Expr.random(Distribution.NORMAL), 0, 1 << 16);
    View x = random(2048, 1536);
    View bias = random(1536).broadcast(x.shape());
    Program biased = Program.of(X.plus(Expr.input(1)), 2, 0, DType.FLOAT32);
    time(
        "bias_2048x1536",
        () -> backend.pointwise(biased, new double[0], KEY, List.of(x, bias), List.of(x)));
    adamw();
  }

  private void adamw() {
    Expr p = X;
    Expr g = Expr.input(1);
    Expr one = Expr.constant(1);
    Expr m = Expr.fma(Expr.input(2), Expr.scalar(0), g.times(one.minus(Expr.scalar(0))));
    Expr v = Expr.fma(Expr.input(3), Expr.scalar(1), g.times(g).times(one.minus(Expr.scalar(1))));
    Expr denominator = v.apply(UnaryFunction.SQRT).times(Expr.scalar(4)).plus(Expr.scalar(5));
    Expr decayed = p.times(one.minus(Expr.scalar(2).times(Expr.scalar(3))));
    Expr step = decayed.minus(m.over(denominator).times(Expr.scalar(2)));
    Program program = new Program(List.of(step, m, v), 4, 6, DType.FLOAT32);
    List<View> state = List.of(random(1 << 20), random(1 << 20), random(1 << 20), random(1 << 20));
    double[] scalars = {0.9, 0.999, 1e-3, 0.01, 1.01, 1e-8};
    time(
        "adamw_1m",
        () ->
            backend.pointwise(
                program, scalars, KEY, state, List.of(state.get(0), state.get(2), state.get(3))));
  }

  private void rows() {
    View x = random(2048, 384);
    View y = random(2048, 384);
    View g = random(2048, 384);
    View w = random(384);
    View b = random(384);
    View mean = random(2048);
    View inverse = random(2048);
    time("layernorm_2048x384", () -> backend.layerNorm(x, w, b, 1e-5, y, mean, inverse));
    time(
        "layernorm_backward_2048x384",
        () -> backend.layerNormBackward(g, x, w, mean, inverse, y, w, b));
    View s = random(2048, 256);
    View t = random(2048, 256);
    time("softmax_2048x256", () -> backend.softmax(s, 1, false, t));
    time("softmax_backward_2048x256", () -> backend.softmaxBackward(s, t, 1, false, t));
    View wide = random(2048, 1536);
    View row = random(1, 1536);
    View column = random(2048, 1);
    View scalar = random(1, 1);
    time("sum_dim0_2048x1536", () -> backend.reduce(Reduction.SUM, wide, row));
    time("sum_dim1_2048x1536", () -> backend.reduce(Reduction.SUM, wide, column));
    time("sum_all_2048x1536", () -> backend.reduce(Reduction.SUM, wide, scalar));
    time("squares_2048x1536", () -> backend.reduce(Reduction.SUM_SQUARES, wide, scalar));
  }

  private static View swapped(View view) {
    return new View(
        view.storage(),
        0,
        Shape.of(view.shape().size(0), view.shape().size(2), view.shape().size(1)),
        Strides.of(view.strides().stride(0), view.strides().stride(2), view.strides().stride(1)),
        view.dtype());
  }

  private void products() {
    View x = random(1, 2048, 384);
    View w = random(1, 1536, 384);
    View y = random(1, 2048, 1536);
    time("linear_2048x1536x384", () -> backend.matmul(x, swapped(w), y, false));
    time("linear_input_gradient", () -> backend.matmul(y, w, x, false));
    time("linear_weight_gradient", () -> backend.matmul(swapped(y), x, w, false));
    time("linear_weight_gradient_accumulated", () -> backend.matmul(swapped(y), x, w, true));
    View small = random(1, 4, 4);
    time("matmul_4x4x4", () -> backend.matmul(small, small, small, false));
  }

  private void fused() {
    View logits = random(2048, 65);
    View targets = tensor(DType.INT64, 2048);
    NativeMemory.fill(targets.address(), targets.bytes(), (byte) 0);
    View losses = random(2048);
    View logSumExp = random(2048);
    View gradient = random(2048, 65);
    time(
        "cross_entropy_2048x65",
        () -> crossEntropy.crossEntropy(logits, targets, -100, losses, logSumExp));
    time(
        "cross_entropy_backward_2048x65",
        () ->
            crossEntropy.crossEntropyBackward(losses, logits, targets, -100, logSumExp, gradient));
    attention(8, 6, 256, 64);
    attention(12, 4, 64, 32);
  }

  private void attention(long batch, long heads, long length, long size) {
    // Queries, keys and values as one projection leaves them: [batch, length, 3, heads, size].
    View packed = random(batch, length, 3 * heads * size);
    View q = head(packed, 0, batch, heads, length, size);
    View k = head(packed, 1, batch, heads, length, size);
    View v = head(packed, 2, batch, heads, length, size);
    View output = random(batch, heads, length, size);
    View gradient = random(batch, heads, length, size);
    View packedGradient = random(batch, length, 3 * heads * size);
    View logSumExp = random(batch, heads, length);
    double scale = 1 / Math.sqrt(size);
    String name = "attention_" + batch + "x" + heads + "x" + length + "x" + size;
    time(name, () -> attention.attention(q, k, v, true, scale, output, logSumExp));
    time(
        name + "_backward",
        () ->
            attention.attentionBackward(
                gradient,
                q,
                k,
                v,
                output,
                logSumExp,
                true,
                scale,
                head(packedGradient, 0, batch, heads, length, size),
                head(packedGradient, 1, batch, heads, length, size),
                head(packedGradient, 2, batch, heads, length, size)));
  }

  private static View head(View packed, int which, long batch, long heads, long length, long size) {
    long row = 3 * heads * size;
    return new View(
        packed.storage(),
        which * heads * size,
        Shape.of(batch, heads, length, size),
        Strides.of(length * row, size, row, 1),
        packed.dtype());
  }

  private void layouts() {
    View x = random(8, 256, 6, 64);
    View heads = random(8, 6, 256, 64);
    View y =
        new View(x.storage(), 0, heads.shape(), Strides.of(256 * 384, 64, 384, 1), DType.FLOAT32);
    time("heads_to_front_8x256x6x64", () -> backend.copy(y, heads));
    View a = random(1, 2048, 1536);
    View b = random(1, 1536, 2048);
    time("transpose_2048x1536", () -> backend.copy(swapped(a), b));
    View halves = tensor(DType.BFLOAT16, 2048, 1536);
    View wide = random(2048, 1536);
    time("to_bfloat16_2048x1536", () -> backend.copy(wide, halves));
    time("from_bfloat16_2048x1536", () -> backend.copy(halves, wide));
    View table = random(65, 384);
    View index = tensor(DType.INT64, 2048);
    NativeMemory.fill(index.address(), index.bytes(), (byte) 0);
    View rows = random(2048, 384);
    time("embedding_2048x384", () -> backend.indexSelect(table, 0, index, rows));
    time("embedding_backward_2048x384", () -> backend.indexAdd(rows, 0, index, table));
  }
}
