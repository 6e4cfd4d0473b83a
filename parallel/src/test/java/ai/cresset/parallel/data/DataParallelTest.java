package ai.cresset.parallel.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CressetException;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.model.Mlp;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.CommRecorder;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.compression.TopKCompression;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks with real sockets between them against one process. */
class DataParallelTest {
  private static final int VOCABULARY = 11;
  private static final int CONTEXT = 8;
  private static final int GLOBAL_BATCH = 10;
  private static final long IGNORED = -100;

  /** What a run leaves: the gradients of its first step and the parameters after its last. */
  private record Outcome(double[] firstGradients, double[] parameters) implements Serializable {}

  @ParameterizedTest(name = "{0} ranks, {1}")
  @CsvSource({"2,FLOAT64", "4,FLOAT64", "2,FLOAT32", "4,FLOAT32"})
  void ranksEqualOneProcess(int ranks, DType dtype) {
    // 10 sequences on 4 ranks are 3, 3, 2 and 2; targets that are ignored make weights uneven too.
    Outcome single = train(1, dtype).get(0);
    List<Outcome> parallel = train(ranks, dtype);
    boolean exact = dtype == DType.FLOAT64;
    assertClose(
        "gradients", single.firstGradients, parallel.get(0).firstGradients, exact ? 1e-10 : 1e-5);
    assertClose("parameters", single.parameters, parallel.get(0).parameters, exact ? 1e-10 : 1e-6);
    for (Outcome rank : parallel) {
      assertArrayEquals(parallel.get(0).parameters, rank.parameters, "ranks differ in their bits");
    }
    assertArrayEquals(
        parallel.get(0).parameters,
        train(ranks, dtype).get(0).parameters,
        "runs differ in their bits");
  }

  @Test
  void theFirstBucketLeavesBeforeTheLastGradientHasCome() {
    List<Boolean> early =
        new ThreadLauncher(LaunchOptions.of(2))
            .launch(
                context -> {
                  try (ProcessGroup group = context.connect(tcp());
                      Mlp model = new Mlp(64, 64, 64, 64, 8);
                      DataParallel parallel =
                          new DataParallel(
                              model.parameters(), List.of(), group, new DataParallelOptions(1, 1));
                      Scope scope = Scope.open("step")) {
                    step(parallel, model); // buckets take the order that is seen here
                    group.recorder().clear();
                    long[] lastGradient = new long[1];
                    model
                        .parameters()
                        .forEach(
                            each ->
                                each.afterAccumulate(leaf -> lastGradient[0] = System.nanoTime()));
                    step(parallel, model);
                    CommRecorder.Entry first = group.recorder().entries().get(0);
                    return first.submittedNanos() < lastGradient[0];
                  }
                });
    assertEquals(List.of(true, true), early);
  }

  private static void step(DataParallel parallel, Mlp model) {
    parallel.beginStep();
    model.call(Tensor.ones(4, 64)).sum().backward();
    parallel.finishStep(1, 4);
  }

  @Test
  void bucketsFollowTheOrderInWhichGradientsCame() {
    // Registered in the order of use, so that the reverse is that of backward; and the other way.
    List<double[]> bytes =
        new ThreadLauncher(LaunchOptions.of(2))
            .launch(
                context -> {
                  try (ProcessGroup group = context.connect(tcp());
                      Mlp model = new Mlp(64, 64, 32, 8)) {
                    List<Parameter> turned = new ArrayList<>(model.parameters());
                    Collections.reverse(turned);
                    try (DataParallel parallel =
                            new DataParallel(
                                turned, List.of(), group, new DataParallelOptions(1, 1));
                        Scope scope = Scope.open("step")) {
                      step(parallel, model);
                      group.recorder().clear();
                      step(parallel, model);
                      return group.recorder().entries().stream()
                          .filter(entry -> entry.bytes() > 16)
                          .mapToDouble(CommRecorder.Entry::bytes)
                          .toArray();
                    }
                  }
                });
    // The last layer's gradients come first: 8 and 32 x 8, 32 and 64 x 32, 64 and 64 x 64.
    double[] sizes = bytes.get(0).clone();
    assertEquals(6, sizes.length);
    assertEquals(4 * 32 * 8, Math.max(sizes[0], sizes[1]));
    assertEquals(4 * 64 * 64, Math.max(sizes[4], sizes[5]));
    assertArrayEquals(sizes, bytes.get(1));
  }

  @Test
  void unusedParametersAreNamedOrLeftWithoutAGradient() {
    CressetException refused =
        assertThrows(CressetException.class, () -> trainFirstLayer(DataParallelOptions.DEFAULT));
    String text = String.valueOf(refused.getMessage());
    assertTrue(text.contains("does not depend on [head.layers.0.weight]"), text);
    assertTrue(text.contains("findUnused"), text);
    List<Boolean> without = trainFirstLayer(DataParallelOptions.DEFAULT.withFindUnused(true));
    assertEquals(List.of(true, true), without);
  }

  private static List<Boolean> trainFirstLayer(DataParallelOptions options) {
    return new ThreadLauncher(LaunchOptions.of(2))
        .launch(
            context -> {
              try (ProcessGroup group = context.connect(tcp());
                  Mlp used = new Mlp(3, 2);
                  Mlp unused = new Mlp(3, 2)) {
                Map<String, Parameter> parameters = new LinkedHashMap<>(used.namedParameters());
                parameters.put("head.layers.0.weight", unused.parameters().get(0));
                try (DataParallel parallel =
                        new DataParallel(parameters, List.of(), group, options, null);
                    Scope scope = Scope.open("step")) {
                  parallel.beginStep();
                  used.call(Tensor.ones(4, 3)).sum().backward();
                  parallel.finishStep(1, 4);
                  assertArrayEquals(
                      new double[] {1, 1, 1, 1, 1, 1}, gradient(used.parameters().get(0)), 1e-6);
                  return unused.parameters().get(0).grad() == null;
                }
              }
            });
  }

  @Test
  void aRankWithoutSamplesTakesPart() {
    List<double[]> gradients =
        new ThreadLauncher(LaunchOptions.of(2))
            .launch(
                context -> {
                  try (ProcessGroup group = context.connect(tcp());
                      Mlp model = new Mlp(3, 2);
                      DataParallel parallel = parallel(model.parameters(), group);
                      Scope scope = Scope.open("step")) {
                    parallel.beginStep();
                    double weight = 0;
                    if (context.rank() == 1) {
                      model.call(Tensor.ones(4, 3)).sum().backward();
                      weight = 4;
                    }
                    double[] total = parallel.finishStep(0, weight);
                    assertEquals(4, total[1]);
                    return gradient(model.parameters().get(0));
                  }
                });
    assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1}, gradients.get(0), 1e-6);
    assertArrayEquals(gradients.get(0), gradients.get(1));
  }

  @Test
  void bucketsMayBeCompressed() {
    List<double[]> gradients =
        new ThreadLauncher(LaunchOptions.of(2))
            .launch(
                context -> {
                  try (ProcessGroup group = context.connect(tcp());
                      Mlp model = new Mlp(3, 2);
                      TopKCompression eighth = new TopKCompression(0.125);
                      DataParallel parallel =
                          new DataParallel(
                              model.parameters(),
                              List.of(),
                              group,
                              DataParallelOptions.DEFAULT,
                              eighth)) {
                    double[] sum = new double[6];
                    // What the first step holds back, the second one sends.
                    for (int step = 0; step < 2; step++) {
                      try (Scope scope = Scope.open("step")) {
                        parallel.beginStep();
                        if (step == 0) {
                          model.call(Tensor.ones(4, 3)).sum().backward();
                        }
                        parallel.finishStep(0, 4);
                        double[] part = gradient(model.parameters().get(0));
                        for (int i = 0; i < sum.length; i++) {
                          sum[i] += part[i];
                        }
                      }
                    }
                    return sum;
                  }
                });
    assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1}, gradients.get(0), 1e-6);
    assertArrayEquals(gradients.get(0), gradients.get(1));
  }

  @Test
  void anEmptyStepAndDifferentModelsAreErrors() {
    CressetException empty =
        assertThrows(
            CressetException.class,
            () ->
                new ThreadLauncher(LaunchOptions.of(2))
                    .launch(
                        context -> {
                          try (ProcessGroup group = context.connect(tcp());
                              Mlp model = new Mlp(3, 2);
                              DataParallel parallel = parallel(model.parameters(), group)) {
                            parallel.beginStep();
                            parallel.finishStep(0, 0);
                            return 0;
                          }
                        }));
    String text = String.valueOf(empty.getMessage());
    assertTrue(text.contains("the weight of the whole step is 0"), text);
    CressetException different =
        assertThrows(
            CressetException.class,
            () ->
                new ThreadLauncher(LaunchOptions.of(2))
                    .launch(
                        context -> {
                          try (ProcessGroup group = context.connect(tcp());
                              Mlp model = new Mlp(3, 2 + context.rank());
                              DataParallel parallel = parallel(model.parameters(), group)) {
                            return 0;
                          }
                        }));
    text = String.valueOf(different.getMessage());
    assertTrue(text.contains("build the same model on every rank"), text);
  }

  private static DataParallel parallel(List<Parameter> parameters, ProcessGroup group) {
    return new DataParallel(parameters, List.of(), group, DataParallelOptions.DEFAULT);
  }

  private static CommOptions tcp() {
    return CommOptions.defaults().withInJvm(false);
  }

  private static List<Outcome> train(int ranks, DType dtype) {
    return new ThreadLauncher(LaunchOptions.of(ranks))
        .launch(
            context -> {
              Generator.use(new Generator(7 + context.rank())); // rank 0's weights must win
              GptConfig config = GptConfig.of(VOCABULARY, CONTEXT, 2, 2, 16);
              try (ProcessGroup group = context.connect(tcp());
                  Gpt model = new Gpt(config, new Placement(dtype, Device.CPU));
                  Sgd optimizer =
                      new Sgd(
                          ParameterGroup.single(model.namedParameters()),
                          Sgd.Config.of(0.1).withMomentum(0.9));
                  DataParallel parallel =
                      new DataParallel(
                          model.parameters(),
                          List.of(),
                          group,
                          new DataParallelOptions(256, 4096))) {
                double[] first = new double[0];
                for (int step = 0; step < 20; step++) {
                  try (Scope scope = Scope.open("step " + step)) {
                    parallel.beginStep();
                    Loss loss = share(model, step, group.rank(), group.size());
                    loss.sum().backward();
                    parallel.finishStep(loss.sum().item(), loss.weight());
                    if (step == 0) {
                      first = all(model.parameters(), true);
                    }
                    optimizer.step();
                  }
                }
                return new Outcome(first, all(model.parameters(), false));
              }
            });
  }

  /** The loss of this rank's share of the global batch of a step. */
  private static Loss share(Gpt model, int step, int rank, int size) {
    Random random = new Random(step);
    int from = GLOBAL_BATCH * rank / size;
    int to = GLOBAL_BATCH * (rank + 1) / size;
    long[] tokens = new long[(to - from) * CONTEXT];
    long[] targets = new long[(to - from) * CONTEXT];
    for (int i = 0; i < GLOBAL_BATCH * CONTEXT; i++) {
      int at = i - from * CONTEXT;
      long token = random.nextInt(VOCABULARY);
      long target = random.nextInt(4) == 0 ? IGNORED : random.nextInt(VOCABULARY);
      if (at >= 0 && at < tokens.length) {
        tokens[at] = token;
        targets[at] = target;
      }
    }
    return model.loss(
        Tensor.of(tokens, to - from, CONTEXT), Tensor.of(targets, to - from, CONTEXT));
  }

  private static double[] gradient(Parameter parameter) {
    Tensor gradient = parameter.grad();
    if (gradient == null) {
      throw new AssertionError("no gradient");
    }
    return gradient.toDoubleArray();
  }

  private static double[] all(List<Parameter> parameters, boolean gradients) {
    List<Double> values = new ArrayList<>();
    for (Parameter parameter : parameters) {
      for (double value : gradients ? gradient(parameter) : parameter.toDoubleArray()) {
        values.add(value);
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void assertClose(
      String what, double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    assertTrue(
        worst <= tolerance * Math.max(largest, 1e-3),
        what + " differ by " + worst + " where the largest is " + largest);
  }
}
