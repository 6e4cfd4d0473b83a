package ai.cresset.parallel.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.CommRecorder;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.collective.Fingerprint.Kind;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention over a ring by itself, and the layout of positions. */
@NullUnmarked
class RingAttentionTest {
  /** What a rank does. */
  interface Body {
    void run(ProcessGroup group);
  }

  private static void ranks(int count, Body body) {
    new ThreadLauncher(LaunchOptions.of(count))
        .launch(
            context -> {
              try (ProcessGroup group = context.connect(CommOptions.defaults());
                  Scope scope = Scope.open("rank")) {
                body.run(group);
                return true;
              }
            });
  }

  private static Tensor normal(long seed, DType type, long... sizes) {
    Spec spec = new Spec(Shape.of(sizes), type, Device.CPU);
    return Creation.normal(spec, 0, 1, new Generator(seed));
  }

  @ParameterizedTest(name = "{0} ranks, {1}")
  @CsvSource({"2,FLOAT64", "3,FLOAT64", "4,FLOAT32", "2,BFLOAT16"})
  void equalsAttentionOfOneProcess(int count, DType type) {
    long length = 24;
    double tolerance = type == DType.FLOAT64 ? 1e-12 : type == DType.FLOAT32 ? 2e-5 : 0.06;
    ranks(
        count,
        group -> {
          SequenceLayout layout = new SequenceLayout(length, count, true);
          List<Tensor> wholes = new ArrayList<>();
          List<Tensor> parts = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            Tensor whole = normal(i, type, 2, 3, length, 4).requiresGrad(true);
            wholes.add(whole);
            parts.add(
                layout.part(whole.detach(), 2, group.rank()).detachedClone().requiresGrad(true));
          }
          Tensor gradient = normal(9, type, 2, 3, length, 4);
          Tensor expected =
              Attentions.scaledDotProductAttention(
                  wholes.get(0), wholes.get(1), wholes.get(2), true, 0);
          expected.backward(gradient);
          group.recorder().clear();
          Tensor actual =
              new RingAttention(group)
                  .attend(parts.get(0), parts.get(1), parts.get(2), 0, UnaryOperator.identity());
          assertEquals(count - 1, group.recorder().count(Kind.MESSAGE));
          assertArrayEquals(
              layout.part(expected, 2, group.rank()).toDoubleArray(),
              actual.toDoubleArray(),
              tolerance);
          actual.backward(layout.part(gradient, 2, group.rank()));
          assertEquals(count - 1 + 2 * count - 1, group.recorder().count(Kind.MESSAGE));
          String computing = Thread.currentThread().getName();
          for (CommRecorder.Entry entry : group.recorder().entries()) {
            assertNotEquals(computing, entry.thread(), "blocks travel while others are computed");
          }
          for (int i = 0; i < 3; i++) {
            assertArrayEquals(
                layout.part(wholes.get(i).grad(), 2, group.rank()).toDoubleArray(),
                parts.get(i).grad().toDoubleArray(),
                tolerance);
          }
        });
  }

  @Test
  void memoryOfARankIsLinearInItsShare() {
    int count = 4;
    long[][] peaks = new long[2][count];
    long[] lengths = {2048, 4096};
    for (int run = 0; run < 2; run++) {
      long[] measured = peaks[run];
      SequenceLayout layout = new SequenceLayout(lengths[run], count, true);
      ranks(
          count,
          group -> {
            Allocator allocator = Allocator.current();
            ring(group, layout); // what the group allocates once
            long before = allocator.statistics().liveBytes();
            allocator.resetPeak();
            ring(group, layout);
            measured[group.rank()] = allocator.statistics().peakBytes() - before;
          });
    }
    for (int rank = 0; rank < count; rank++) {
      long bytes = 4 * 2 * 32 * lengths[1] / count; // of one of a rank's tensors
      // Inputs with gradients, output, the ring's buffers both ways, one block: no scores.
      assertTrue(peaks[1][rank] <= 30 * bytes, peaks[1][rank] + " of " + bytes + " each");
      assertEquals(2.0, (double) peaks[1][rank] / peaks[0][rank], 0.1);
    }
  }

  /** Forward and backward of a rank. */
  private static void ring(ProcessGroup group, SequenceLayout layout) {
    try (Scope scope = Scope.open("ring")) {
      long own = layout.share();
      Tensor query = normal(1, DType.FLOAT32, 1, 2, own, 32).requiresGrad(true);
      Tensor key = normal(2, DType.FLOAT32, 1, 2, own, 32).requiresGrad(true);
      Tensor value = normal(3, DType.FLOAT32, 1, 2, own, 32).requiresGrad(true);
      new RingAttention(group)
          .attend(query, key, value, 0, UnaryOperator.identity())
          .sum()
          .backward();
    }
  }

  @Test
  void positionsAreDealtOutFromBothEnds() {
    SequenceLayout layout = new SequenceLayout(12, 3, true);
    try (Scope scope = Scope.open("layout")) {
      assertArrayEquals(new long[] {0, 1, 10, 11}, layout.positions(0, Device.CPU).toLongArray());
      assertArrayEquals(new long[] {4, 5, 6, 7}, layout.positions(2, Device.CPU).toLongArray());
      Tensor tokens = Creation.arange(24).reshape(2, 12);
      List<Tensor> parts = new ArrayList<>();
      for (int rank = 0; rank < 3; rank++) {
        parts.add(layout.part(tokens, 1, rank));
      }
      assertArrayEquals(new long[] {2, 3, 8, 9, 14, 15, 20, 21}, parts.get(1).toLongArray());
      assertArrayEquals(tokens.toLongArray(), layout.join(parts, 1).toLongArray());
      assertEquals(4, layout.share());
      assertArrayEquals(
          new long[] {4, 5, 6, 7},
          new SequenceLayout(12, 3, false).positions(1, Device.CPU).toLongArray());
    }
    ShapeException error =
        assertThrows(ShapeException.class, () -> new SequenceLayout(10, 3, true));
    assertTrue(error.getMessage().contains("a multiple of 6, for parallel.sequence = 3"));
  }
}
