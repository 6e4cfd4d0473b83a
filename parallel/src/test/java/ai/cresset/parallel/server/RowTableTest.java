package ai.cresset.parallel.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Scope;
import ai.cresset.optim.Adagrad;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.Sgd;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RowTableTest {
  private static final RowInitializer UNIFORM = new RowInitializer.Uniform(0.5);

  private static RowTable table(int width, RowOptimizer optimizer) {
    return new RowTable(TableSpec.sparse("t", 1L << 40, width, UNIFORM, optimizer), 7);
  }

  private static float[] read(RowTable table, long... ids) {
    float[] values = new float[ids.length * table.spec().width()];
    table.read(ids, table.places(ids), values);
    return values;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theIndexIsAMap(long seed) {
    Random random = new Random(seed);
    Map<Long, Integer> expected = new HashMap<>();
    LongIndex index = new LongIndex(0);
    for (int i = 0; i < 20_000; i++) {
      long key = random.nextInt(3000) * 64L;
      if (expected.containsKey(key) && random.nextBoolean()) {
        expected.remove(key);
        index.remove(key);
      } else if (!expected.containsKey(key)) {
        expected.put(key, i);
        index.put(key, i);
      }
      long other = random.nextInt(3000) * 64L;
      assertEquals(
          expected.getOrDefault(other, LongIndex.ABSENT), index.get(other), "seed " + seed);
    }
    assertEquals(expected.size(), index.size());
  }

  @Test
  void rowsBeginAsSeedTableAndIdSay() {
    RowTable one = table(6, new RowOptimizer.Sgd(0.1));
    float[] unseen = read(one, 123_456_789_012L);
    one.create(123_456_789_012L);
    assertArrayEquals(unseen, read(one, 123_456_789_012L));
    RowTable other = new RowTable(one.spec(), 8);
    assertNotEquals(unseen[0], read(other, 123_456_789_012L)[0]);
    assertNotEquals(unseen[0], read(one, 123_456_789_013L)[0]);
    double sum = 0;
    double squares = 0;
    RowTable normal =
        new RowTable(
            TableSpec.sparse(
                "n", 1000, 100, new RowInitializer.Gaussian(2), new RowOptimizer.Sgd(0.1)),
            7);
    for (long id = 0; id < 1000; id++) {
      for (float each : read(normal, id)) {
        sum += each;
        squares += each * each;
      }
    }
    assertEquals(0, sum / 1e5, 0.03);
    assertEquals(4, squares / 1e5, 0.1);
  }

  @Test
  void evictedRowsBeginAnewAndTheirPlacesAreUsedAgain() {
    RowTable table = table(4, new RowOptimizer.Adagrad(0.1, 0, 1e-10));
    for (long id = 0; id < 1000; id++) {
      table.update(table.create(id), new float[] {1, 2, 3, 4}, 0, 1, id < 600 ? 3 : 10);
    }
    final long bytes = table.bytes();
    float[] kept = read(table, 700);
    float[] changed = read(table, 5);
    assertEquals(600, table.evict(4));
    assertEquals(400, table.rows());
    assertArrayEquals(kept, read(table, 700));
    assertNotEquals(changed[0], read(table, 5)[0]);
    for (long id = 2000; id < 2600; id++) {
      table.create(id);
    }
    assertEquals(bytes, table.bytes());
    assertArrayEquals(kept, read(table, 700));
    assertEquals(0, table.bytesFor(0));
    assertTrue(table.bytesFor(1 << 20) > (1 << 20) * 8L * Float.BYTES);
  }

  /** What is written to a file while the table changes is what was there when it was frozen. */
  @Test
  void frozenRowsStayAsTheyWere() throws IOException {
    RowTable table = table(4, RowOptimizer.Adagrad.of(0.1));
    for (long id = 0; id < 100_000; id++) {
      table.create(id);
    }
    float[] before = read(table, 5, 70_000, 99_999);
    RowTable.Frozen first = table.freeze();
    change(table, 5);
    RowTable.Frozen second = table.freeze();
    change(table, 5);
    change(table, 70_000);
    table.evict(1);
    table.create(200_000);
    table.thaw(first);
    change(table, 99_999);
    Map<Long, Float> rows = new HashMap<>();
    first.visit((id, usedAt, from, at) -> rows.put(id, from[at]));
    assertEquals(100_000, rows.size());
    assertEquals(List.of(before[0], before[4], before[8]), values(rows));
    Map<Long, Float> later = new HashMap<>();
    second.visit((id, usedAt, from, at) -> later.put(id, from[at]));
    assertNotEquals(before[0], later.get(5L));
    assertEquals(before[8], later.get(99_999L));
  }

  private static List<Float> values(Map<Long, Float> rows) {
    return Stream.of(5L, 70_000L, 99_999L).map(rows::get).toList();
  }

  private static void change(RowTable table, long id) {
    table.update(table.create(id), new float[] {1, 1, 1, 1}, 0, 1, 2);
  }

  /** Servers and {@code optim} give the same bits. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void updatesAreThoseOfTheOptimizers(boolean adagrad) {
    int width = 19;
    Random random = new Random(5);
    RowTable table =
        table(width, adagrad ? RowOptimizer.Adagrad.of(0.3) : new RowOptimizer.Sgd(0.3));
    try (Scope scope = Scope.open("test")) {
      Tensor parameter = Tensor.of(read(table, 11), width).requiresGrad(true);
      Map<String, Tensor> parameters = Map.of("row", parameter);
      try (Optimizer optimizer =
          adagrad ? new Adagrad(parameters, 0.3) : new Sgd(parameters, 0.3)) {
        for (int step = 0; step < 20; step++) {
          float[] gradient = new float[width];
          for (int i = 0; i < width; i++) {
            gradient[i] = (float) random.nextGaussian();
          }
          table.update(table.create(11), gradient, 0, (float) (1 / 7.0), step);
          parameter.grad(Tensor.of(gradient, width).mul(1 / 7.0));
          optimizer.step();
        }
      }
      assertArrayEquals(parameter.toFloatArray(), read(table, 11));
    }
  }

  /** Each walks down a parabola; FTRL with a large penalty stays at 0. */
  @Test
  void everyOptimizerFindsAMinimum() {
    RowOptimizer[] all = {
      new RowOptimizer.Sgd(0.1),
      RowOptimizer.Adagrad.of(0.5),
      RowOptimizer.RowWiseAdagrad.of(0.5),
      RowOptimizer.Adam.of(0.05),
      new RowOptimizer.Ftrl(1, 1, 0, 0)
    };
    for (RowOptimizer optimizer : all) {
      RowTable table = table(3, optimizer);
      descend(table);
      for (float each : read(table, 1)) {
        assertEquals(0.75f, each, 0.02f, optimizer.toString());
      }
    }
    RowTable sparse = table(3, new RowOptimizer.Ftrl(1, 1, 500, 0));
    descend(sparse);
    assertArrayEquals(new float[3], read(sparse, 1));
  }

  private static void descend(RowTable table) {
    table.create(1);
    for (int step = 0; step < 400; step++) {
      float[] gradient = read(table, 1);
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] -= 0.75f;
      }
      table.update(table.create(1), gradient, 0, 1, step);
    }
  }

  @Test
  void everyIdHasOneServer() {
    for (KeyRange range : KeyRange.values()) {
      int[] counts = new int[7];
      for (long id = 0; id < 1000; id++) {
        counts[range.server(id, 1000, 7)]++;
      }
      for (int server = 0; server < 7; server++) {
        assertTrue(counts[server] > 90, range + " " + counts[server]);
      }
    }
    assertEquals(0, KeyRange.CONTIGUOUS.server(142, 1000, 7));
    assertEquals(1, KeyRange.CONTIGUOUS.server(143, 1000, 7));
    assertEquals(143, KeyRange.begin(1, 1000, 7));
    assertEquals(1000, KeyRange.begin(7, 1000, 7));
  }
}
