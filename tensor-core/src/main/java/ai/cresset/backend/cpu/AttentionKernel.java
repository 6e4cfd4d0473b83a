package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention over tiles of queries: scores of one tile against all keys it sees are the only
 * intermediate, so memory grows with the length, not with its square, and keys behind the tile are
 * skipped when attention is causal.
 */
final class AttentionKernel {
  /** Queries of a tile. */
  private static final int QUERIES = 64;

  private final ThreadTeam team;
  private final AttentionRows rows;
  private final CopyKernel copies;
  private final MatmulKernel products;
  private final DnnlGemm gemm;

  /**
   * Attention.
   *
   * @param products those of heads, however many at once
   */
  AttentionKernel(
      ThreadTeam team,
      FloatKernels kernels,
      CopyKernel copies,
      MatmulKernel products,
      DnnlGemm gemm) {
    this.gemm = gemm;
    this.team = team;
    this.rows = new AttentionRows(kernels);
    this.copies = copies;
    this.products = products;
  }

  void forward(
      View query, View key, View value, boolean causal, double scale, View output, View logSumExp) {
    if (output.numel() == 0) {
      return;
    }
    try (Buffers buffers = new Buffers(query.dtype())) {
      View q = buffers.read(query);
      View k = buffers.read(key);
      View v = buffers.read(value);
      View out = buffers.write(output);
      Tiles tiles = new Tiles(query, key, causal);
      Storage scores = buffers.storage(tiles.scoreElements());
      tiles.forEach(
          (batch, head, heads, start, count, keys) -> {
            View tile = tiles.scores(scores, buffers.compute, heads, count, keys);
            View queries = part(q, batch, head, heads, start, count);
            multiply(queries, transposed(part(k, batch, head, heads, 0, keys)), tile, false);
            eachRow(
                heads,
                count,
                (index, row, scratch) -> {
                  int visible = tiles.visible(start + row, keys);
                  double logSum = rows.softmax(tile, index, row, visible, scale, scratch);
                  putRow(logSumExp, batch, head + index, start + row, logSum, scratch);
                });
            View target = part(out, batch, head, heads, start, count);
            multiply(tile, part(v, batch, head, heads, 0, keys), target, false);
          });
      buffers.finish();
    }
  }

  void backward(
      View gradient,
      View query,
      View key,
      View value,
      View output,
      View logSumExp,
      boolean causal,
      double scale,
      View queryGradient,
      View keyGradient,
      View valueGradient) {
    if (query.numel() == 0 || key.numel() == 0) {
      clear(queryGradient, 0);
      clear(keyGradient, 0);
      clear(valueGradient, 0);
      return;
    }
    try (Buffers buffers = new Buffers(query.dtype())) {
      View q = buffers.read(query);
      View k = buffers.read(key);
      View v = buffers.read(value);
      View out = buffers.read(output);
      View g = buffers.read(gradient);
      View dq = buffers.write(queryGradient);
      View dk = buffers.write(keyGradient);
      View dv = buffers.write(valueGradient);
      Tiles tiles = new Tiles(query, key, causal);
      clear(dk, tiles.visibleKeys());
      clear(dv, tiles.visibleKeys());
      Storage scores = buffers.storage(tiles.scoreElements());
      Storage scoreGradients = buffers.storage(tiles.scoreElements());
      tiles.forEach(
          (batch, head, heads, start, count, keys) -> {
            View p = tiles.scores(scores, buffers.compute, heads, count, keys);
            View dp = tiles.scores(scoreGradients, buffers.compute, heads, count, keys);
            View queries = part(q, batch, head, heads, start, count);
            View gradients = part(g, batch, head, heads, start, count);
            View outputs = part(out, batch, head, heads, start, count);
            View seenKeys = part(k, batch, head, heads, 0, keys);
            View seenValues = part(v, batch, head, heads, 0, keys);
            multiply(queries, transposed(seenKeys), p, false);
            multiply(gradients, transposed(seenValues), dp, false);
            eachRow(
                heads,
                count,
                (index, row, scratch) -> {
                  double product = rows.dot(outputs, gradients, index, row, scratch);
                  double logSum = getRow(logSumExp, batch, head + index, start + row, scratch);
                  int visible = tiles.visible(start + row, keys);
                  rows.gradient(p, dp, index, row, visible, scale, logSum, product, scratch);
                });
            // The first tile sees the most keys and writes them all; later ones add.
            boolean add = !tiles.isFirst(start);
            multiply(transposed(p), gradients, part(dv, batch, head, heads, 0, keys), add);
            multiply(transposed(dp), queries, part(dk, batch, head, heads, 0, keys), add);
            multiply(dp, seenKeys, part(dq, batch, head, heads, start, count), false);
          });
      buffers.finish();
    }
  }

  /** The products of some heads. */
  private void multiply(View left, View right, View output, boolean accumulate) {
    if (gemm.takesEach(left, right, output)) {
      gemm.multiplyEach(left, right, output, accumulate);
    } else {
      products.multiply(left, right, output, accumulate);
    }
  }

  private interface RowBody {
    void run(int head, int row, Scratch scratch);
  }

  private void eachRow(int heads, int count, RowBody body) {
    int parts = team.threads() == 1 ? 1 : heads;
    int headsOfPart = heads / parts;
    team.run(
        parts,
        part -> {
          Scratch scratch = Scratch.current();
          for (int head = part * headsOfPart; head < (part + 1) * headsOfPart; head++) {
            for (int row = 0; row < count; row++) {
              body.run(head, row, scratch);
            }
          }
        });
  }

  /** {@code count} rows of some heads of one batch entry, as {@code [heads, count, size]}. */
  private static View part(View view, int batch, int head, int heads, int start, int count) {
    Strides strides = view.strides();
    long offset = batch * strides.stride(0) + head * strides.stride(1) + start * strides.stride(2);
    return new View(
        view.storage(),
        view.offset() + offset,
        Shape.of(heads, count, view.shape().size(3)),
        Strides.of(strides.stride(1), strides.stride(2), strides.stride(3)),
        view.dtype());
  }

  private static View transposed(View view) {
    return new View(
        view.storage(),
        view.offset(),
        Shape.of(view.shape().size(0), view.shape().size(2), view.shape().size(1)),
        Strides.of(view.strides().stride(0), view.strides().stride(2), view.strides().stride(1)),
        view.dtype());
  }

  private static long rowAddress(View view, int batch, int head, int row) {
    long offset =
        batch * view.strides().stride(0)
            + head * view.strides().stride(1)
            + row * view.strides().stride(2);
    return view.address() + offset * view.dtype().bytes();
  }

  private static void putRow(
      View view, int batch, int head, int row, double value, Scratch scratch) {
    double[] one = scratch.doubleRegisters(1)[0];
    one[0] = value;
    long address = rowAddress(view, batch, head, row);
    ConvertedSegments.write(one, 0, view.dtype(), address, 1, 1, scratch);
  }

  private static double getRow(View view, int batch, int head, int row, Scratch scratch) {
    double[] one = scratch.doubleRegisters(1)[0];
    long address = rowAddress(view, batch, head, row);
    ConvertedSegments.read(view.dtype(), address, 1, one, 0, 1, scratch);
    return one[0];
  }

  /** Writes zeros to every row from {@code firstRow} on, where no query looks. */
  private void clear(View view, int firstRow) {
    long length = view.shape().size(2);
    if (firstRow >= length) {
      return;
    }
    int bytes = view.dtype().bytes();
    for (int batch = 0; batch < view.shape().size(0); batch++) {
      for (int head = 0; head < view.shape().size(1); head++) {
        for (int row = firstRow; row < length; row++) {
          long address = rowAddress(view, batch, head, row);
          NativeMemory.fill(address, view.shape().size(3) * bytes, (byte) 0);
        }
      }
    }
  }

  private interface TileBody {
    void run(int batch, int head, int heads, int start, int count, int keys);
  }

  /** The order in which tiles of queries are computed. */
  private final class Tiles {
    private final int batches;
    private final int heads;
    private final int queries;
    private final int keys;
    private final boolean causal;

    /** Heads of one oneDNN call: one on a single thread, for the sake of caches. */
    private final int together;

    Tiles(View query, View key, boolean causal) {
      this.batches = (int) query.shape().size(0);
      this.heads = (int) query.shape().size(1);
      this.queries = (int) query.shape().size(2);
      this.keys = (int) key.shape().size(2);
      this.causal = causal;
      this.together = Math.min(heads, team.threads() == 1 ? 1 : 2 * team.threads());
    }

    long scoreElements() {
      return (long) together * Math.min(QUERIES, queries) * keys;
    }

    View scores(Storage storage, DType dtype, int tileHeads, int count, int tileKeys) {
      return View.contiguous(storage, Shape.of(tileHeads, count, tileKeys), dtype);
    }

    /** The keys that any query sees. */
    int visibleKeys() {
      return causal ? Math.min(queries, keys) : keys;
    }

    /** How many of a tile's keys a query sees. */
    int visible(int query, int tileKeys) {
      return causal ? Math.min(query + 1, tileKeys) : tileKeys;
    }

    boolean isFirst(int start) {
      return start + QUERIES >= queries;
    }

    /** Tiles of a head from its end to its beginning. */
    void forEach(TileBody body) {
      int last = (queries - 1) / QUERIES * QUERIES;
      for (int batch = 0; batch < batches; batch++) {
        for (int head = 0; head < heads; head += together) {
          for (int start = last; start >= 0; start -= QUERIES) {
            int count = Math.min(QUERIES, queries - start);
            int seen = causal ? Math.min(start + count, keys) : keys;
            body.run(batch, head, Math.min(together, heads - head), start, count, seen);
          }
        }
      }
    }
  }

  /** Temporary memory of one call; 16-bit operands are widened to float32 for its duration. */
  private final class Buffers implements AutoCloseable {
    private final DType compute;
    private final List<Storage> storages = new ArrayList<>();
    private final List<View[]> written = new ArrayList<>();

    Buffers(DType dtype) {
      this.compute = dtype == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    }

    Storage storage(long elements) {
      Storage storage = Allocator.current().allocate(elements * compute.bytes());
      storages.add(storage);
      return storage;
    }

    private View wide(View view) {
      return View.contiguous(storage(view.numel()), view.shape(), compute);
    }

    View read(View view) {
      if (view.dtype() == compute) {
        return view;
      }
      View wide = wide(view);
      copies.copy(view, wide);
      return wide;
    }

    View write(View view) {
      if (view.dtype() == compute) {
        return view;
      }
      View wide = wide(view);
      written.add(new View[] {wide, view});
      return wide;
    }

    void finish() {
      written.forEach(pair -> copies.copy(pair[0], pair[1]));
    }

    @Override
    public void close() {
      storages.forEach(Storage::release);
    }
  }
}
