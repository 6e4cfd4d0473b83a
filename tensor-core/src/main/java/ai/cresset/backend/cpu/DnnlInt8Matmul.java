package ai.cresset.backend.cpu;

import ai.cresset.backend.Int8Matmul;
import ai.cresset.backend.View;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's matmul primitive for uint8 by int8, with scales, zero point and bias inside. Each thread
 * keeps the primitives it used last, by their shapes.
 */
final class DnnlInt8Matmul implements Int8Matmul {
  /** Primitives that a thread keeps. */
  private static final int CACHED = 128;

  /** The most pieces, and so threads. */
  private static final int MOST = 8;

  /** Multiplications that are worth a thread. */
  private static final long SMALLEST = 1L << 22;

  private static final long ROWS = 16;
  private static final long COLUMNS = 64;

  private final ThreadTeam team;
  private final OpenMpThreads openMp;
  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final ThreadLocal<Cache> caches = ThreadLocal.withInitial(() -> new Cache(cpu));

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
    Cache cache = caches.get();
    cache
        .find(Key.of(of.left, of.right, of.bias))
        .run(
            cache.stream, of.left, scale, zeroPoint, of.right, of.columnScales, of.bias, of.output);
  }

  /** The implementation that oneDNN takes for such a product. */
  String implementation(View left, View right, @Nullable View bias) {
    return caches.get().find(Key.of(left, right, bias)).implementation;
  }

  /** Everything but the addresses. */
  private record Key(long rows, long columns, long inner, boolean biased) {
    static Key of(View left, View right, @Nullable View bias) {
      return new Key(
          left.shape().size(0), right.shape().size(0), right.shape().size(1), bias != null);
    }
  }

  /** The primitives of one thread, least recently used first. */
  private static final class Cache {
    private final engine cpu;
    private final stream stream;
    private final Map<Key, Multiplication> primitives =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, Multiplication> eldest) {
            if (size() <= CACHED) {
              return false;
            }
            eldest.getValue().close();
            return true;
          }
        };

    Cache(engine cpu) {
      this.cpu = cpu;
      this.stream = new stream(cpu);
    }

    Multiplication find(Key key) {
      Multiplication found = primitives.get(key);
      if (found == null) {
        found = new Multiplication(cpu, key);
        primitives.put(key, found);
      }
      return found;
    }
  }

  /** A primitive with its arguments, confined to one thread. */
  private static final class Multiplication implements AutoCloseable {
    private final matmul primitive;
    private final memory left;
    private final memory right;
    private final memory output;
    private final memory columnScales;
    private final memory leftScale;
    private final memory zeroPoint;
    private final @Nullable memory bias;
    private final FloatPointer scaleValue = new FloatPointer(1f);
    private final IntPointer zeroPointValue = new IntPointer(1);
    private final IntMemoryMap arguments = new IntMemoryMap();
    private final DnnlAddress address = new DnnlAddress();
    private final String implementation;

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
          primitive_attr attributes = new primitive_attr()) {
        attributes.set_scales_mask(dnnl.DNNL_ARG_SRC, 0);
        // A scale for each column.
        attributes.set_scales_mask(dnnl.DNNL_ARG_WEIGHTS, 1 << 1);
        attributes.set_zero_points_mask(dnnl.DNNL_ARG_SRC, 0);
        try (matmul.primitive_desc description =
                key.biased()
                    ? new matmul.primitive_desc(
                        cpu, leftDesc, rightDesc, biasDesc, outputDesc, attributes, false)
                    : new matmul.primitive_desc(
                        cpu, leftDesc, rightDesc, outputDesc, attributes, false);
            BytePointer name = description.impl_info_str()) {
          this.implementation = name.getString();
          this.primitive = new matmul(description);
        }
        this.left = new memory(leftDesc, cpu, new DnnlAddress());
        this.right = new memory(rightDesc, cpu, new DnnlAddress());
        this.output = new memory(outputDesc, cpu, new DnnlAddress());
        this.columnScales = new memory(scalesDesc, cpu, new DnnlAddress());
        this.leftScale = new memory(scaleDesc, cpu, scaleValue);
        this.zeroPoint = new memory(zeroDesc, cpu, zeroPointValue);
        this.bias = key.biased() ? new memory(biasDesc, cpu, new DnnlAddress()) : null;
      }
      arguments.put(dnnl.DNNL_ARG_SRC, left);
      arguments.put(dnnl.DNNL_ARG_WEIGHTS, right);
      arguments.put(dnnl.DNNL_ARG_DST, output);
      arguments.put(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_SRC, leftScale);
      arguments.put(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_WEIGHTS, columnScales);
      arguments.put(dnnl.DNNL_ARG_ATTR_ZERO_POINTS | dnnl.DNNL_ARG_SRC, zeroPoint);
      if (bias != null) {
        arguments.put(dnnl.DNNL_ARG_BIAS, bias);
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
      left.set_data_handle(address.at(leftView.address()));
      right.set_data_handle(address.at(rightView.address()));
      output.set_data_handle(address.at(outputView.address()));
      columnScales.set_data_handle(address.at(scales.address()));
      if (bias != null && biasView != null) {
        bias.set_data_handle(address.at(biasView.address()));
      }
      scaleValue.put(scale);
      zeroPointValue.put(zero);
      primitive.execute(stream, arguments);
    }

    @Override
    public void close() {
      arguments.close();
      if (bias != null) {
        bias.close();
      }
      zeroPoint.close();
      leftScale.close();
      columnScales.close();
      output.close();
      right.close();
      left.close();
      primitive.close();
      zeroPointValue.close();
      scaleValue.close();
    }
  }
}
