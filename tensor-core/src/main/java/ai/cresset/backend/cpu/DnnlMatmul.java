package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.type.DType;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;

/**
 * oneDNN's matmul primitive. A primitive costs some 20 microseconds to make and one to run, so each
 * thread keeps those it used last, by shapes, strides and types, and only swaps addresses. Large
 * products are cut into pieces of one thread each.
 */
final class DnnlMatmul {
  /**
   * The fewest columns that vectors hold. Pieces are as equal as these allow: each other shape is
   * another primitive, of 0.3 MB with AVX-512.
   */
  private static final long COLUMNS = 16;

  private final ThreadTeam team;
  private final OpenMpThreads openMp;
  private final engine cpu;
  private final ThreadLocal<PrimitiveCache<Key, Multiplication>> caches;
  private final boolean bfloat16;

  DnnlMatmul(ThreadTeam team, OpenMpThreads openMp) {
    this.team = team;
    this.openMp = openMp;
    this.cpu = new engine(engine.kind.cpu, 0);
    this.caches = PrimitiveCache.ofThreads(cpu, key -> Optional.of(new Multiplication(cpu, key)));
    this.bfloat16 = probeBFloat16();
  }

  /** The version, and the instruction set it chose. */
  String description() {
    dnnl_version_t version = dnnl.dnnl_version();
    return "oneDNN "
        + version.major()
        + "."
        + version.minor()
        + " (OpenMP, instruction set "
        + dnnl.get_effective_cpu_isa()
        + ")";
  }

  /** The instruction set that oneDNN chose, as a sum of its bits. */
  int instructionSet() {
    return dnnl.dnnl_get_effective_cpu_isa();
  }

  boolean supportsBFloat16() {
    return bfloat16;
  }

  private boolean probeBFloat16() {
    Key key = new Key(1, 1, 64, 64, 64, 0, 64, 1, 0, 64, 1, 0, 64, DType.BFLOAT16, false);
    try (Multiplication probe = new Multiplication(cpu, key)) {
      return !probe.primitive.implementation().contains("ref");
    } catch (RuntimeException e) {
      return false;
    }
  }

  /**
   * Multiplies {@code [batch, rows, columns]} views of plain layouts; the output is row-major, and
   * a batch stride of 0 repeats.
   */
  void multiply(View left, View right, View output, boolean accumulate) {
    new Product(left, right, output)
        .inPieces(team, COLUMNS, piece -> multiplyHere(piece, accumulate));
  }

  /** The same in the calling thread only. */
  void multiplyHere(Product product, boolean accumulate) {
    openMp.single(
        () -> {
          View left = product.left();
          View right = product.right();
          View output = product.output();
          PrimitiveCache<Key, Multiplication> cache = caches.get();
          cache
              .get(Key.of(left, right, output, accumulate))
              .run(cache.stream(), left.address(), right.address(), output.address());
        });
  }

  /** Everything but the addresses. */
  private record Key(
      long leftBatches,
      long rightBatches,
      long rows,
      long columns,
      long inner,
      long leftBatchStride,
      long leftRowStride,
      long leftColumnStride,
      long rightBatchStride,
      long rightRowStride,
      long rightColumnStride,
      long outputBatchStride,
      long outputRowStride,
      DType dtype,
      boolean accumulate) {
    static Key of(View left, View right, View output, boolean accumulate) {
      return new Key(
          left.strides().stride(0) == 0 ? 1 : left.shape().size(0),
          right.strides().stride(0) == 0 ? 1 : right.shape().size(0),
          output.shape().size(1),
          output.shape().size(2),
          left.shape().size(2),
          left.strides().stride(0),
          left.strides().stride(1),
          left.strides().stride(2),
          right.strides().stride(0),
          right.strides().stride(1),
          right.strides().stride(2),
          output.strides().stride(0),
          output.strides().stride(1),
          output.dtype(),
          accumulate);
    }

    memory.desc left() {
      return desc(leftBatches, rows, inner, leftBatchStride, leftRowStride, leftColumnStride);
    }

    memory.desc right() {
      return desc(
          rightBatches, inner, columns, rightBatchStride, rightRowStride, rightColumnStride);
    }

    memory.desc output() {
      long batches = Math.max(leftBatches, rightBatches);
      return desc(batches, rows, columns, outputBatchStride, outputRowStride, 1);
    }

    private memory.desc desc(
        long batches, long height, long width, long batchStride, long rowStride, long stride) {
      memory.data_type type =
          dtype == DType.BFLOAT16 ? memory.data_type.bf16 : memory.data_type.f32;
      if (leftBatches == 1 && rightBatches == 1) {
        return new memory.desc(new long[] {height, width}, type, new long[] {rowStride, stride});
      }
      long step = batches == 1 ? height * width : batchStride;
      return new memory.desc(
          new long[] {batches, height, width}, type, new long[] {step, rowStride, stride});
    }
  }

  /** A primitive with its arguments, confined to one thread. */
  private static final class Multiplication implements PrimitiveCache.Kept {
    private final DnnlPrimitive primitive;
    private final memory left;
    private final memory right;
    private final memory output;

    Multiplication(engine cpu, Key key) {
      try (memory.desc leftDesc = key.left();
          memory.desc rightDesc = key.right();
          memory.desc outputDesc = key.output();
          primitive_attr attributes = DnnlPrimitive.attributes();
          post_ops sum = new post_ops()) {
        if (key.accumulate()) {
          sum.append_sum();
          attributes.set_post_ops(sum);
        }
        try (matmul.primitive_desc description =
            new matmul.primitive_desc(cpu, leftDesc, rightDesc, outputDesc, attributes, false)) {
          this.primitive = new DnnlPrimitive(cpu, new matmul(description), description);
        }
        this.left = primitive.argument(dnnl.DNNL_ARG_SRC, leftDesc);
        this.right = primitive.argument(dnnl.DNNL_ARG_WEIGHTS, rightDesc);
        this.output = primitive.argument(dnnl.DNNL_ARG_DST, outputDesc);
      }
    }

    void run(stream stream, long leftAddress, long rightAddress, long outputAddress) {
      primitive.place(left, leftAddress);
      primitive.place(right, rightAddress);
      primitive.place(output, outputAddress);
      primitive.execute(stream);
    }

    @Override
    public void close() {
      primitive.close();
    }
  }
}
