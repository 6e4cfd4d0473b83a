package ai.cresset.parallel.pipeline;

import ai.cresset.error.CommunicationException;
import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each stage makes of a micro-batch of one shape. Agreed once, before the first such
 * micro-batch: each stage runs on zeros in turn and tells the others. So messages carry elements
 * alone, and every rank knows how many random numbers the stages before it draw.
 *
 * @param outputs of each stage, on the host
 * @param draws how far each stage moves the random generator
 */
record ActivationPlan(List<Spec> outputs, List<Long> draws) {
  ActivationPlan {
    outputs = List.copyOf(outputs);
    draws = List.copyOf(draws);
  }

  /** Runs the stages without gradients; the generator and all buffers are left as they were. */
  static ActivationPlan agree(PipelineModel model, MicroBatch batch, ProcessGroup group) {
    List<Spec> outputs = new ArrayList<>();
    List<Long> draws = new ArrayList<>();
    Map<Tensor, Tensor> buffers = new LinkedHashMap<>();
    Generator generator = Generator.current();
    Generator.Key before = generator.state();
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("activation plan")) {
      model
          .module()
          .namedBuffers()
          .values()
          .forEach(buffer -> buffers.put(buffer, buffer.detachedClone()));
      for (int stage = 0; stage < model.numStages(); stage++) {
        int root = stage % group.size();
        byte[] mine = new byte[0];
        if (root == group.rank()) {
          generator.state(before);
          int at = stage;
          Tensor given =
              stage == 0 ? batch.input() : Tensor.zeros(on(outputs.get(stage - 1), model.device()));
          Spec made = batch.around().run(() -> model.forward(at, given)).spec();
          mine = bytes(made, generator.state().offset() - before.offset());
        }
        ByteBuffer theirs = ByteBuffer.wrap(group.broadcastBytes(mine, root));
        draws.add(theirs.getLong());
        outputs.add(spec(theirs));
      }
      buffers.forEach(Tensor::copy_);
    } finally {
      generator.state(before);
    }
    return new ActivationPlan(outputs, draws);
  }

  private static Spec on(Spec spec, Device device) {
    return new Spec(spec.shape(), spec.dtype(), device);
  }

  private static byte[] bytes(Spec spec, long draws) {
    byte[] type = spec.dtype().name().getBytes(StandardCharsets.UTF_8);
    long[] sizes = spec.shape().toArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES * (sizes.length + 1) + 2 * Integer.BYTES + type.length);
    bytes.putLong(draws).putInt(type.length).put(type).putInt(sizes.length);
    for (long size : sizes) {
      bytes.putLong(size);
    }
    return bytes.array();
  }

  private static Spec spec(ByteBuffer bytes) {
    byte[] type = new byte[bytes.getInt()];
    bytes.get(type);
    long[] sizes = new long[bytes.getInt()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = bytes.getLong();
    }
    DType dtype = DType.valueOf(new String(type, StandardCharsets.UTF_8));
    return new Spec(Shape.of(sizes), dtype, Device.CPU);
  }

  /** How far the stages before this one move the generator. */
  long drawsBefore(int stage) {
    return draws.subList(0, stage).stream().mapToLong(Long::longValue).sum();
  }

  /** How far all stages together move it. */
  long allDraws() {
    return drawsBefore(draws.size());
  }

  /** Refuses an output that is not what was agreed. */
  void check(int stage, Spec made, long drawn) {
    Spec agreed = outputs.get(stage);
    if (!made.shape().equals(agreed.shape())
        || made.dtype() != agreed.dtype()
        || drawn != draws.get(stage)) {
      throw CommunicationException.because(
          "pipeline: stage "
              + stage
              + " made "
              + made
              + " with "
              + drawn
              + " random blocks, and was expected to make "
              + agreed
              + " with "
              + draws.get(stage)
              + "; the shape of what a piece makes, and how many random numbers it draws, must"
              + " follow from the shape of its input");
    }
  }
}
