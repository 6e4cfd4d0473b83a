package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

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
      tiles.forEach(
          buffers,
          1,
          (scores, batch, head, start, count, keys) -> {
            View tile = tiles.scores(scores[0], buffers.compute, count, keys);
            View queries = part(q, batch, head, start, count);
            multiply(queries, Product.transposed(part(k, batch, head, 0, keys)), tile, false);
            Scratch scratch = Scratch.current();
            for (int row = 0; row < count; row++) {
              int visible = tiles.visible(start + row, keys);
              double logSum = rows.softmax(tile, row, visible, scale, scratch);
              putRow(logSumExp, batch, head, start + row, logSum, scratch);
            }
            View target = part(out, batch, head, start, count);
            multiply(tile, part(v, batch, head, 0, keys), target, false);
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
      tiles.forEach(
          buffers,
          2,
          (scores, batch, head, start, count, keys) -> {
            View p = tiles.scores(scores[0], buffers.compute, count, keys);
            View dp = tiles.scores(scores[1], buffers.compute, count, keys);
            View queries = part(q, batch, head, start, count);
            View gradients = part(g, batch, head, start, count);
            View outputs = part(out, batch, head, start, count);
            View seenKeys = part(k, batch, head, 0, keys);
            View seenValues = part(v, batch, head, 0, keys);
            multiply(queries, Product.transposed(seenKeys), p, false);
            multiply(gradients, Product.transposed(seenValues), dp, false);
            Scratch scratch = Scratch.current();
            for (int row = 0; row < count; row++) {
              double product = rows.dot(outputs, gradients, row, scratch);
              double logSum = getRow(logSumExp, batch, head, start + row, scratch);
              int visible = tiles.visible(start + row, keys);
              rows.gradient(p, dp, row, visible, scale, logSum, product, scratch);
            }
            // The first tile sees the most keys and writes them all; later ones add.
            boolean add = !tiles.isFirst(start);
            multiply(Product.transposed(p), gradients, part(dv, batch, head, 0, keys), add);
            multiply(Product.transposed(dp), queries, part(dk, batch, head, 0, keys), add);
            multiply(dp, seenKeys, part(dq, batch, head, start, count), false);
          });
      buffers.finish();
    }
  }

  /** A product of one head. */
  private void multiply(View left, View right, View output, boolean accumulate) {
    if (gemm.takesHere(left, right, output)) {
      gemm.multiplyHere(left, right, output, accumulate);
    } else {
      products.multiply(left, right, output, accumulate);
    }
  }

  /** {@code count} rows of a head of one batch entry, as {@code [1, count, size]}. */
  private static View part(View view, int batch, int head, int start, int count) {
    Strides strides = view.strides();
    long offset = batch * strides.stride(0) + head * strides.stride(1) + start * strides.stride(2);
    return new View(
        view.storage(),
        view.offset() + offset,
        Shape.of(1, count, view.shape().size(3)),
        Strides.of(strides.stride(1), strides.stride(2), strides.stride(3)),
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
    void run(Storage[] scores, int batch, int head, int start, int count, int keys);
  }

  /** The order in which tiles of queries are computed: each head by one thread. */
  private final class Tiles {
    private final int batches;
    private final int heads;
    private final int queries;
    private final int keys;
    private final boolean causal;

    Tiles(View query, View key, boolean causal) {
      this.batches = (int) query.shape().size(0);
      this.heads = (int) query.shape().size(1);
      this.queries = (int) query.shape().size(2);
      this.keys = (int) key.shape().size(2);
      this.causal = causal;
    }

    View scores(Storage storage, DType dtype, int count, int tileKeys) {
      return View.contiguous(storage, Shape.of(1, count, tileKeys), dtype);
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

    /**
     * Tiles of a head from its end to its beginning.
     *
     * @param scores how many tiles of scores a thread needs
     */
    void forEach(Buffers buffers, int scores, TileBody body) {
      int all = Math.multiplyExact(batches, heads);
      Queue<Storage[]> free = new ConcurrentLinkedQueue<>();
      for (int i = 0; i < Math.min(all, team.threads()); i++) {
        Storage[] those = new Storage[scores];
        Arrays.setAll(those, j -> buffers.storage((long) Math.min(QUERIES, queries) * keys));
        free.add(those);
      }
      team.run(
          all,
          number -> {
            Storage[] own = free.remove();
            int last = (queries - 1) / QUERIES * QUERIES;
            for (int start = last; start >= 0; start -= QUERIES) {
              int count = Math.min(QUERIES, queries - start);
              int seen = causal ? Math.min(start + count, keys) : keys;
              body.run(own, number / heads, number % heads, start, count, seen);
            }
            free.add(own);
          });
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
