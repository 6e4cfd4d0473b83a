package ai.cresset.parallel.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gradients of one step that wait for its end, by table and worker. Confined to its shard. */
final class StepGradients {
  private final List<List<List<Request.Push>>> byTable = new ArrayList<>();
  private final double[] weights;

  StepGradients(int tables, int workers) {
    for (int table = 0; table < tables; table++) {
      List<List<Request.Push>> byWorker = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        byWorker.add(new ArrayList<>());
      }
      byTable.add(byWorker);
    }
    this.weights = new double[workers];
  }

  void add(int worker, Request.Push push) {
    byTable.get(push.table()).get(worker).add(push);
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
    for (int table = 0; table < tables.size(); table++) {
      List<Request.Push> pushes = new ArrayList<>();
      for (int worker : workers) {
        pushes.addAll(byTable.get(table).get(worker));
      }
      if (!pushes.isEmpty() && weight != 0) {
        Sums sums = Sums.of(pushes, tables.get(table).spec().width());
        sums.apply(tables.get(table), scale, step);
      }
    }
  }

  /**
   * Gradients of different rows.
   *
   * @param ids the first {@code count} are valid
   */
  record Sums(long[] ids, float[] gradients, int count) {
    static Sums of(List<Request.Push> pushes, int width) {
      Request.Push only = pushes.get(0);
      if (pushes.size() == 1) {
        return new Sums(only.ids(), only.gradients(), only.ids().length);
      }
      int most = pushes.stream().mapToInt(push -> push.ids().length).sum();
      LongIndex places = new LongIndex(most);
      long[] ids = new long[most];
      float[] sums = new float[Math.multiplyExact(most, width)];
      int count = 0;
      for (Request.Push push : pushes) {
        long[] pushed = push.ids();
        float[] gradients = push.gradients();
        for (int i = 0; i < pushed.length; i++) {
          int place = places.getOrPut(pushed[i], count);
          if (place == count) {
            ids[count++] = pushed[i];
            System.arraycopy(gradients, i * width, sums, place * width, width);
          } else {
            for (int j = 0; j < width; j++) {
              sums[place * width + j] += gradients[i * width + j];
            }
          }
        }
      }
      return new Sums(Arrays.copyOf(ids, count), sums, count);
    }

    void apply(RowTable table, float scale, long step) {
      int width = table.spec().width();
      for (int i = 0; i < count; i++) {
        table.update(ids[i], gradients, i * width, scale, step);
      }
    }
  }
}
