package ai.cresset.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.random.Generator;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.NoScope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Recompute;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Blocks of a language model whose activations are recomputed. */
@ExtendWith(LeakCheck.class)
class GptRecomputeTest {
  private static final GptConfig CONFIG = GptConfig.of(11, 16, 3, 2, 32).withDropout(0.2);

  private record Run(List<float[]> gradients, long heldBytes, long peakBytes) {}

  @Test
  @NoScope
  void recomputedBlocksGiveTheSameBitsInLessMemory() {
    Run plain = run(false);
    Run recomputed = run(true);
    for (int i = 0; i < plain.gradients().size(); i++) {
      assertArrayEquals(plain.gradients().get(i), recomputed.gradients().get(i));
    }
    assertTrue(
        recomputed.heldBytes() < plain.heldBytes() / 4,
        recomputed.heldBytes() + " of " + plain.heldBytes());
    assertTrue(
        recomputed.peakBytes() < plain.peakBytes(),
        recomputed.peakBytes() + " of " + plain.peakBytes());
  }

  private static Run run(boolean recompute) {
    Generator before = Generator.use(new Generator(4));
    List<GptBlock> blocks = new ArrayList<>();
    try (Scope scope = Scope.open("run")) {
      for (int i = 0; i < CONFIG.numLayers(); i++) {
        blocks.add(new GptBlock(CONFIG, Placement.DEFAULT));
      }
      Tensor input = Tensor.randn(4, 16, 32);
      Allocator allocator = Allocator.current();
      long start = allocator.statistics().liveBytes();
      allocator.resetPeak();
      Tensor loss;
      try (Scope forward = Scope.open("forward")) {
        Tensor hidden = input;
        for (GptBlock block : blocks) {
          hidden = recompute ? Recompute.checkpoint(block::call, hidden) : block.call(hidden);
        }
        loss = forward.keep(hidden.square().sum());
      }
      long held = allocator.statistics().liveBytes() - start;
      loss.backward();
      long peak = allocator.statistics().peakBytes() - start;
      List<float[]> gradients = new ArrayList<>();
      for (GptBlock block : blocks) {
        for (Parameter parameter : block.parameters()) {
          Tensor gradient = parameter.grad();
          assertNotNull(gradient);
          gradients.add(gradient.toFloatArray());
        }
      }
      return new Run(gradients, held, peak);
    } finally {
      blocks.forEach(GptBlock::close);
      Generator.use(before);
    }
  }
}
