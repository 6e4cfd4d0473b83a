package ai.cresset.backend.cpu;

import ai.cresset.backend.Int8Matmul;
import ai.cresset.backend.View;
import java.util.Optional;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's matmul primitive for uint8 by int8, with scales, zero point and bias inside. Each thread
 * keeps the primitives it used last, by their shapes.
 */
final class DnnlInt8Matmul implements Int8Matmul {
  /** The most pieces, and so threads. */
  private static final int MOST = 8;

  /** Multiplications that are worth a thread. */
  private static final long SMALLEST = 1L << 22;

  private static final long ROWS = 16;
  private static final long COLUMNS = 64;

  private final ThreadTeam team;
  private final OpenMpThreads openMp;
  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final ThreadLocal<PrimitiveCache<Key, Multiplication>> caches =
      PrimitiveCache.ofThreads(cpu, key -> Optional.of(new Multiplication(cpu, key)));

  DnnlInt8Matmul(ThreadTeam team, OpenMpThreads openMp) {
    this.team = team;
    this.openMp = openMp;
  }

  /**
   * Whether this is faster than float32 on an instruction set of oneDNN: from AVX2 on. Without
   * instructions for this very purpose (VNNI, AMX) two products are summed up in 16 bits, which
   * suffice for seven bits by eight.
   */
  static boolean isFast(int instructionSet) {
    return (instructionSet & dnnl.dnnl_cpu_isa_avx2) == dnnl.dnnl_cpu_isa_avx2;
  }

  @Override
  public void int8Matmul(
      View left,
      float scale,
      int zeroPoint,
      View right,
      View columnScales,
      @Nullable View bias,
      View output) {
    long rows = output.shape().size(0);
    long columns = output.shape().size(1);
    boolean byRows = rows > 1;
    // Rows are cut; the result of a single one is dense for some columns too.
    long total = byRows ? rows : columns;
    long wanted = Math.max(1, Math.min(MOST, rows * columns * right.shape().size(1) / SMALLEST));
    long unit = byRows ? ROWS : COLUMNS;
    long each = ((total + wanted - 1) / wanted + unit - 1) / unit * unit;
    team.run(
        Math.toIntExact((total + each - 1) / each),
        piece -> {
          long from = piece * each;
          long size = Math.min(each, total - from);
          Operands of =
              byRows
                  ? new Operands(
                      Product.part(left, 0, from, size),
                      right,
                      columnScales,
                      bias,
                      Product.part(output, 0, from, size))
                  : new Operands(
                      left,
                      Product.part(right, 0, from, size),
                      Product.part(columnScales, 0, from, size),
                      bias == null ? null : Product.part(bias, 0, from, size),
                      Product.part(output, 1, from, size));
          openMp.single(() -> run(of, scale, zeroPoint));
        });
  }

  /** The views of a piece. */
  private record Operands(
      View left, View right, View columnScales, @Nullable View bias, View output) {}

  private void run(Operands of, float scale, int zeroPoint) {
    PrimitiveCache<Key, Multiplication> cache = caches.get();
    cache
        .get(Key.of(of.left, of.right, of.bias))
        .run(
            cache.stream(),
            of.left,
            scale,
            zeroPoint,
            of.right,
            of.columnScales,
            of.bias,
            of.output);
  }

  /** The implementation that oneDNN takes for such a product. */
  String implementation(View left, View right, @Nullable View bias) {
    return caches.get().get(Key.of(left, right, bias)).primitive.implementation();
  }

  /** Everything but the addresses. */
  private record Key(long rows, long columns, long inner, boolean biased) {
    static Key of(View left, View right, @Nullable View bias) {
      return new Key(
          left.shape().size(0), right.shape().size(0), right.shape().size(1), bias != null);
    }
  }

  /** A primitive with its arguments, confined to one thread. */
  private static final class Multiplication implements PrimitiveCache.Kept {
    private final DnnlPrimitive primitive;
    private final memory left;
    private final memory right;
    private final memory output;
    private final memory columnScales;
    private final @Nullable memory bias;
    private final FloatPointer scaleValue = new FloatPointer(1f);
    private final IntPointer zeroPointValue = new IntPointer(1);

    Multiplication(engine cpu, Key key) {
      long rows = key.rows();
      long columns = key.columns();
      long inner = key.inner();
      try (memory.desc leftDesc =
              desc(memory.data_type.u8, new long[] {rows, inner}, new long[] {inner, 1});
          memory.desc rightDesc =
              desc(memory.data_type.s8, new long[] {inner, columns}, new long[] {1, inner});
          memory.desc outputDesc =
              desc(memory.data_type.f32, new long[] {rows, columns}, new long[] {columns, 1});
          memory.desc biasDesc =
              desc(memory.data_type.f32, new long[] {1, columns}, new long[] {columns, 1});
          memory.desc scalesDesc =
              desc(memory.data_type.f32, new long[] {columns}, new long[] {1});
          memory.desc scaleDesc = desc(memory.data_type.f32, new long[] {1}, new long[] {1});
          memory.desc zeroDesc = desc(memory.data_type.s32, new long[] {1}, new long[] {1});
          primitive_attr attributes = DnnlPrimitive.attributes()) {
        attributes.set_scales_mask(dnnl.DNNL_ARG_SRC, 0);
        // A scale for each column.
        attributes.set_scales_mask(dnnl.DNNL_ARG_WEIGHTS, 1 << 1);
        attributes.set_zero_points_mask(dnnl.DNNL_ARG_SRC, 0);
        try (matmul.primitive_desc description =
            key.biased()
                ? new matmul.primitive_desc(
                    cpu, leftDesc, rightDesc, biasDesc, outputDesc, attributes, false)
                : new matmul.primitive_desc(
                    cpu, leftDesc, rightDesc, outputDesc, attributes, false)) {
          this.primitive = new DnnlPrimitive(cpu, new matmul(description), description);
        }
        this.left = primitive.argument(dnnl.DNNL_ARG_SRC, leftDesc);
        this.right = primitive.argument(dnnl.DNNL_ARG_WEIGHTS, rightDesc);
        this.output = primitive.argument(dnnl.DNNL_ARG_DST, outputDesc);
        this.columnScales =
            primitive.argument(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_WEIGHTS, scalesDesc);
        primitive.argument(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_SRC, scaleDesc, scaleValue);
        primitive.argument(
            dnnl.DNNL_ARG_ATTR_ZERO_POINTS | dnnl.DNNL_ARG_SRC, zeroDesc, zeroPointValue);
        this.bias = key.biased() ? primitive.argument(dnnl.DNNL_ARG_BIAS, biasDesc) : null;
      }
    }

    private static memory.desc desc(memory.data_type type, long[] sizes, long[] steps) {
      return new memory.desc(sizes, type, steps);
    }

    void run(
        stream stream,
        View leftView,
        float scale,
        int zero,
        View rightView,
        View scales,
        @Nullable View biasView,
        View outputView) {
      primitive.place(left, leftView.address());
      primitive.place(right, rightView.address());
      primitive.place(output, outputView.address());
      primitive.place(columnScales, scales.address());
      if (bias != null && biasView != null) {
        primitive.place(bias, biasView.address());
      }
      scaleValue.put(scale);
      zeroPointValue.put(zero);
      primitive.execute(stream);
    }

    @Override
    public void close() {
      primitive.close();
      zeroPointValue.close();
      scaleValue.close();
    }
  }
}
