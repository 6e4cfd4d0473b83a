package ai.cresset.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.DataException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Allocator;
import ai.cresset.random.Generator;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.apache.arrow.vector.Float4Vector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tensors from Java arrays, shared memory and random numbers. */
@ExtendWith(LeakCheck.class)
class CreationTest {
  @Test
  void arraysOfAnyRankAndPrimitiveType() {
    Tensor floats = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
    assertEquals(Tensor.spec(DType.FLOAT32, 2, 3), floats.spec());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, floats.toFloatArray());
    assertEquals(DType.FLOAT64, Tensor.of(new double[][][] {{{1}}}).dtype());
    assertEquals(DType.INT64, Tensor.of(new long[][] {{1}}).dtype());
    assertEquals(DType.INT32, Tensor.of(new int[][] {{1}}).dtype());
    assertEquals(DType.INT16, Tensor.of(new short[] {1}).dtype());
    assertEquals(DType.INT8, Tensor.of(new byte[] {1}).dtype());
    Tensor flags = Tensor.of(new boolean[][] {{true, false}});
    assertEquals(Tensor.spec(DType.BOOL, 1, 2), flags.spec());
    assertArrayEquals(new long[] {1, 0}, flags.toLongArray());
    assertEquals(Shape.of(2, 0), Tensor.of(new float[2][0]).shape());
    assertEquals(Shape.of(0), Tensor.of(new float[0]).shape());
    assertEquals(Tensor.spec(DType.FLOAT32), Tensor.of(2.5f).spec());
    assertEquals(Tensor.spec(DType.INT64), Creation.tensor(1L << 60).spec());
    assertEquals(1L << 60, Creation.tensor(1L << 60).toLongArray()[0]);
    assertEquals(Tensor.spec(DType.BOOL), Creation.tensor(true).spec());
  }

  @Test
  void arraysThatAreNoBoxAreRefused() {
    assertEquals(
        "tensor: expected 2 elements in each row of dim 1, as in the first one, got 1 at values[1]",
        assertThrows(ShapeException.class, () -> Tensor.of(new float[][] {{1, 2}, {3}}))
            .getMessage());
    assertThrows(ShapeException.class, () -> Tensor.of((Object) new float[][] {{1}, null}));
    assertEquals(
        "tensor: dtype String is not supported; cast with to(DType) to one of boolean, byte, short,"
            + " int, long, float and double",
        assertThrows(DTypeException.class, () -> Tensor.of((Object) new String[] {"a"}))
            .getMessage());
  }

  @Test
  void changesOfADirectBufferAreSeenOnBothSides() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(24).order(ByteOrder.nativeOrder());
    FloatBuffer floats = bytes.asFloatBuffer();
    floats.position(2);
    try (Tensor tensor = SharedMemory.of(floats, 2, 2)) {
      floats.put(3, 7);
      assertArrayEquals(new float[] {0, 7, 0, 0}, tensor.toFloatArray());
      tensor.add_(Tensor.ones(2, 2));
      assertEquals(8, floats.get(3));
      assertEquals(1, floats.get(5));
    }
    assertEquals(DType.FLOAT16, SharedMemory.of(bytes, DType.FLOAT16, 12).dtype());
    assertThrows(ConfigException.class, () -> SharedMemory.of(FloatBuffer.allocate(4), 4));
    assertThrows(ShapeException.class, () -> SharedMemory.of(bytes, DType.INT8, 23));
    ByteBuffer swapped = ByteBuffer.allocateDirect(8).order(ByteOrder.BIG_ENDIAN);
    assertThrows(ConfigException.class, () -> SharedMemory.of(swapped.asFloatBuffer(), 2));
  }

  @Test
  void anArrowVectorIsSharedAndOutlivesItsClosing() {
    Tensor tensor;
    try (Float4Vector vector = new Float4Vector("x", Allocator.current().arrow())) {
      vector.allocateNew(3);
      vector.setValueCount(3);
      for (int i = 0; i < 3; i++) {
        vector.set(i, i);
      }
      tensor = SharedMemory.of(vector);
      tensor.mul_(2);
      assertEquals(4, vector.get(2));
      vector.set(0, 9);
      assertEquals(9, tensor.select(0, 0).item());
      vector.setNull(1);
      assertThrows(DataException.class, () -> SharedMemory.of(vector));
    }
    assertArrayEquals(new float[] {9, 2, 4}, tensor.toFloatArray());
  }

  @Test
  void oneSeedGivesTheSameNumbersOnEveryBackend() {
    for (Device device : new Device[] {Device.CPU, Device.REFERENCE}) {
      Spec spec = new Spec(Shape.of(2, 3), DType.FLOAT32, device);
      assertArrayEquals(
          new float[] {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f},
          Creation.uniform(spec, 0.5, 0.5, new Generator(1)).toFloatArray());
    }
    Spec cpu = Tensor.spec(DType.FLOAT32, 5, 7);
    Spec reference = new Spec(cpu.shape(), DType.FLOAT32, Device.REFERENCE);
    assertArrayEquals(
        Creation.uniform(cpu, -1, 1, new Generator(3)).toFloatArray(),
        Creation.uniform(reference, -1, 1, new Generator(3)).toFloatArray());
    Tensor p = Tensor.full(cpu, 0.3);
    assertArrayEquals(
        Sampling.bernoulli(p, new Generator(5)).toFloatArray(),
        Sampling.bernoulli(p.to(Device.REFERENCE), new Generator(5)).toFloatArray());
    assertArrayEquals(
        Creation.randperm(50, new Generator(2)).toLongArray(),
        Creation.randperm(50, new Generator(2)).toLongArray());
  }

  @Test
  void drawsWithoutReplacementDiffer() {
    Tensor weights = Tensor.of(new float[] {1, 0, 2, 3});
    Tensor drawn = Sampling.multinomial(weights, 3, false, new Generator(7));
    assertArrayEquals(new long[] {0, 2, 3}, drawn.sort(0, false).values().toLongArray());
    assertThrows(
        ConfigException.class, () -> Sampling.multinomial(weights, 4, false, new Generator(7)));
    Tensor normal =
        Sampling.normal(
            Tensor.full(Tensor.spec(DType.FLOAT64, 4000), 5), Tensor.of(2.0), new Generator(1));
    assertEquals(5, normal.mean().item(), 0.2);
    assertEquals(2, normal.std().item(), 0.1);
    Tensor dice = Sampling.randint(Tensor.spec(DType.INT32, 600), 1, 7, new Generator(1));
    assertTrue(dice.bincount(7).toLongArray()[6] > 60);
  }

  @Test
  void tensorsLikeAnother() {
    Tensor like = Tensor.ones(Tensor.spec(DType.FLOAT64, 2, 1));
    assertEquals(like.spec(), Creation.zerosLike(like).spec());
    assertEquals(like.spec(), Creation.emptyLike(like).spec());
    assertEquals(like.spec(), Creation.randLike(like).spec());
    assertEquals(like.spec(), Creation.randnLike(like).spec());
    assertArrayEquals(new double[] {3, 3}, Creation.fullLike(like, 3).toDoubleArray());
    assertArrayEquals(new double[] {1, 1}, Creation.onesLike(like).toDoubleArray());
  }
}
