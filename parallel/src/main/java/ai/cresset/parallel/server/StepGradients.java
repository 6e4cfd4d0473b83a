package ai.cresset.parallel.server;

import java.util.ArrayList;
import java.util.List;

/** Gradients of one step that wait for its end, by table and worker. Confined to its shard. */
final class StepGradients {
  private final List<List<List<Pushed>>> byTable = new ArrayList<>();
  private final double[] weights;

  /**
   * Gradients of different rows.
   *
   * @param places of the rows, as long as {@code evictions} is the table's number
   * @param gradients {@code [ids.length, width]}
   */
  record Pushed(long[] ids, int[] places, int evictions, float[] gradients) {
    /** The same with places of today; rows that are gone begin anew. */
    Pushed in(RowTable table) {
      if (evictions == table.evictions()) {
        return this;
      }
      int[] found = table.places(ids);
      table.make(ids, found);
      return new Pushed(ids, found, table.evictions(), gradients);
    }
  }

  StepGradients(int tables, int workers) {
    for (int table = 0; table < tables; table++) {
      List<List<Pushed>> byWorker = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        byWorker.add(new ArrayList<>());
      }
      byTable.add(byWorker);
    }
    this.weights = new double[workers];
  }

  void add(int worker, int table, Pushed pushed) {
    byTable.get(table).get(worker).add(pushed);
  }

  void end(int worker, double weight) {
    weights[worker] = weight;
  }

  /** Forgets what an unfinished worker has given. */
  void forget(int worker) {
    byTable.forEach(byWorker -> byWorker.get(worker).clear());
  }

  /** Changes the rows by what one worker has given, and forgets that. */
  void apply(int worker, List<RowTable> tables, long step) {
    apply(List.of(worker), weights[worker], tables, step);
    forget(worker);
  }

  /** Changes the rows by what all have given, added in the order of the workers. */
  void applyAll(List<RowTable> tables, long step) {
    List<Integer> all = new ArrayList<>();
    double total = 0;
    for (int worker = 0; worker < weights.length; worker++) {
      all.add(worker);
      total += weights[worker];
    }
    apply(all, total, tables, step);
  }

  private void apply(List<Integer> workers, double weight, List<RowTable> tables, long step) {
    float scale = weight == 0 ? 0 : (float) (1 / weight);
    for (int number = 0; number < tables.size(); number++) {
      RowTable table = tables.get(number);
      List<Pushed> all = new ArrayList<>();
      for (int worker : workers) {
        byTable.get(number).get(worker).forEach(each -> all.add(each.in(table)));
      }
      if (!all.isEmpty() && weight != 0) {
        Sums.of(all, table.spec().width()).apply(table, scale, step);
      }
    }
  }

  /**
   * Gradients of different rows.
   *
   * @param places the first {@code count} are valid
   */
  record Sums(int[] places, float[] gradients, int count) {
    static Sums of(List<Pushed> all, int width) {
      Pushed only = all.get(0);
      if (all.size() == 1) {
        return new Sums(only.places(), only.gradients(), only.places().length);
      }
      int most = all.stream().mapToInt(each -> each.places().length).sum();
      LongIndex known = new LongIndex(most);
      int[] places = new int[most];
      float[] sums = new float[Math.multiplyExact(most, width)];
      int count = 0;
      for (Pushed each : all) {
        int[] pushed = each.places();
        float[] gradients = each.gradients();
        for (int i = 0; i < pushed.length; i++) {
          int at = known.getOrPut(pushed[i], count);
          if (at == count) {
            places[count++] = pushed[i];
            System.arraycopy(gradients, i * width, sums, at * width, width);
          } else {
            for (int j = 0; j < width; j++) {
              sums[at * width + j] += gradients[i * width + j];
            }
          }
        }
      }
      return new Sums(places, sums, count);
    }

    void apply(RowTable table, float scale, long step) {
      int width = table.spec().width();
      for (int i = 0; i < count; i++) {
        table.update(places[i], gradients, i * width, scale, step);
      }
    }
  }
}
