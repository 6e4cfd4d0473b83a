package ai.cresset.parallel.sequence;

import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.Placement;
import ai.cresset.nn.recompute.Recomputation;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.optim.GradientClipping;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.Sgd;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.GradientNorm;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.mesh.Redistribution;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.parallel.sequence.DividedTraining.Outcome;
import ai.cresset.parallel.tensor.TensorParallel;
import ai.cresset.parallel.tensor.TensorPlan;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A few steps of a tiny language model whose layers and sequences are divided over ranks. The
 * vocabulary is not a multiple of any number of ranks; micro-batches have targets that do not
 * count.
 *
 * @param tensor ranks that share layers
 * @param sequence ranks that share sequences
 * @param attention how these attend
 * @param sequenceParallel whether activations between divided layers are divided too
 * @param accumulation micro-batches of a step
 * @param dtype of everything
 * @param dropout probability
 * @param recompute which blocks run again in backward
 * @param tied whether the head's weight is the embedding's
 */
record DividedTraining(
    int tensor,
    int sequence,
    AttentionKind attention,
    boolean sequenceParallel,
    int accumulation,
    DType dtype,
    double dropout,
    String recompute,
    boolean tied)
    implements Worker<Outcome> {
  static final int VOCABULARY = 13;
  static final int CONTEXT = 8;
  private static final int BATCH = 4;
  private static final int STEPS = 3;
  private static final long IGNORED = -100;

  /**
   * What a run leaves.
   *
   * @param losses of each step
   * @param gradients of the first step by parameter, whole
   * @param norms of each step
   * @param parameters at the end, whole
   */
  record Outcome(
      double[] losses,
      Map<String, double[]> gradients,
      double[] norms,
      Map<String, double[]> parameters)
      implements Serializable {}

  static DividedTraining of(int tensor, int sequence) {
    return new DividedTraining(
        tensor, sequence, AttentionKind.RING, false, 1, DType.FLOAT32, 0, "none", true);
  }

  DividedTraining withAttention(AttentionKind kind) {
    return new DividedTraining(
        tensor, sequence, kind, sequenceParallel, accumulation, dtype, dropout, recompute, tied);
  }

  DividedTraining withSequenceParallel(boolean on) {
    return new DividedTraining(
        tensor, sequence, attention, on, accumulation, dtype, dropout, recompute, tied);
  }

  DividedTraining withAccumulation(int count) {
    return new DividedTraining(
        tensor, sequence, attention, sequenceParallel, count, dtype, dropout, recompute, tied);
  }

  DividedTraining withType(DType type) {
    return new DividedTraining(
        tensor,
        sequence,
        attention,
        sequenceParallel,
        accumulation,
        type,
        dropout,
        recompute,
        tied);
  }

  DividedTraining withDropout(double probability) {
    return new DividedTraining(
        tensor,
        sequence,
        attention,
        sequenceParallel,
        accumulation,
        dtype,
        probability,
        recompute,
        tied);
  }

  DividedTraining withRecompute(String plan) {
    return new DividedTraining(
        tensor, sequence, attention, sequenceParallel, accumulation, dtype, dropout, plan, tied);
  }

  DividedTraining withTied(boolean on) {
    return new DividedTraining(
        tensor, sequence, attention, sequenceParallel, accumulation, dtype, dropout, recompute, on);
  }

  /** The same by one rank. */
  DividedTraining alone() {
    int passes = dropout > 0 ? accumulation : 1; // each pass draws its own numbers
    return new DividedTraining(
        1, 1, AttentionKind.RING, false, passes, dtype, dropout, "none", tied);
  }

  int ranks() {
    return tensor * sequence;
  }

  GptConfig config() {
    return GptConfig.of(VOCABULARY, CONTEXT, 2, 4, 16)
        .withBias(true)
        .withTied(tied)
        .withDropout(dropout);
  }

  @Override
  public Outcome run(WorkerContext context) {
    Generator before = Generator.use(new Generator(7 + context.rank())); // rank 0's weights win
    try (ProcessGroup world = context.connect(CommOptions.defaults());
        DeviceMesh mesh =
            new DeviceMesh(
                ParallelDims.SINGLE.with(MeshAxis.TENSOR, tensor).with(MeshAxis.SEQUENCE, sequence),
                world);
        Gpt model = new Gpt(config(), new Placement(dtype, Device.CPU));
        SequenceParallel sequences =
            SequenceParallel.apply(model, SequencePlan.gpt(attention), mesh);
        TensorParallel divided =
            TensorParallel.apply(
                model, TensorPlan.gpt().withSequenceParallel(sequenceParallel), mesh);
        HookHandle again = Recomputation.apply(model, RecomputePlan.parse(recompute));
        Optimizer optimizer =
            new Sgd(model.namedParameters(), Sgd.Config.of(0.3).withMomentum(0.9))) {
      divided.check(optimizer);
      return train(model, divided, sequences, optimizer, mesh);
    } finally {
      Generator.use(before);
    }
  }

  private Outcome train(
      Gpt model,
      TensorParallel divided,
      SequenceParallel sequences,
      Optimizer optimizer,
      DeviceMesh mesh) {
    double[] losses = new double[STEPS];
    double[] norms = new double[STEPS];
    Map<String, double[]> first = Map.of();
    ShardLayout layout = divided.layout();
    for (int step = 0; step < STEPS; step++) {
      try (Scope scope = Scope.open("step " + step)) {
        optimizer.zeroGrad();
        double[] total = new double[2];
        for (int i = 0; i < accumulation; i++) {
          Loss loss = microBatch(model, sequences, step, i);
          loss.sum().backward();
          total[0] += loss.sum().item();
          total[1] += loss.weight();
        }
        divided.synchronize();
        sequences.synchronize();
        total = sequences.sum(total);
        scale(model, 1 / total[1]);
        losses[step] = total[0] / total[1];
        if (step == 0) {
          first = whole(model, layout, mesh, true);
        }
        norms[step] = GradientNorm.of(model.namedParameters(), layout, mesh);
        GradientClipping.scale(
            model.namedParameters().values(), GradientClipping.factor(norms[step], 0.5));
        optimizer.step();
      }
    }
    return new Outcome(losses, first, norms, whole(model, layout, mesh, false));
  }

  private Loss microBatch(Gpt model, SequenceParallel sequences, int step, int number) {
    Random random = new Random(step);
    long[] tokens = random.longs((long) BATCH * CONTEXT, 0, VOCABULARY).toArray();
    long[] targets = random.longs((long) BATCH * CONTEXT, 0, VOCABULARY).toArray();
    for (int i = 0; i < targets.length; i += 5) {
      targets[i] = IGNORED;
    }
    int from = BATCH * number / accumulation;
    int rows = BATCH * (number + 1) / accumulation - from;
    Tensor inputs = Tensor.of(tokens, BATCH, CONTEXT).narrow(0, from, rows);
    Tensor outputs = Tensor.of(targets, BATCH, CONTEXT).narrow(0, from, rows);
    return model.loss(sequences.part(inputs), sequences.part(outputs));
  }

  private static void scale(Gpt model, double factor) {
    try (GradMode.Restore off = GradMode.disable()) {
      for (Tensor parameter : model.parameters()) {
        gradient(parameter).mul_(factor);
      }
    }
  }

  private static Tensor gradient(Tensor parameter) {
    Tensor gradient = parameter.grad();
    if (gradient == null) {
      throw new AssertionError("no gradient of " + parameter.spec());
    }
    return gradient;
  }

  /** All elements of the parameters or of their gradients, on every rank. */
  static Map<String, double[]> whole(
      Gpt model, ShardLayout layout, DeviceMesh mesh, boolean gradients) {
    Map<String, double[]> found = new LinkedHashMap<>();
    try (Scope scope = Scope.open("whole")) {
      model
          .namedParameters()
          .forEach(
              (name, parameter) -> {
                Tensor local = gradients ? gradient(parameter) : parameter;
                ShardSpec spec = layout.spec(name);
                ShardSpec all = ShardSpec.replicated(spec.global());
                found.put(
                    name, Redistribution.redistribute(local, spec, all, mesh).toDoubleArray());
              });
    }
    return found;
  }

  /** The runs of a list of names, for messages. */
  static List<String> names(Map<String, double[]> values) {
    return new ArrayList<>(values.keySet());
  }
}
