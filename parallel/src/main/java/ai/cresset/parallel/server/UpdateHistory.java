package ai.cresset.parallel.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a worker has pushed to a server and no snapshot holds yet: numbers only, so that a loss can
 * be told exactly. Confined to the thread of a link.
 */
final class UpdateHistory {
  private final int worker;
  private final ServerOptions options;
  private final Consumer<LostUpdates> listener;
  private final Deque<Confirmed> confirmed = new ArrayDeque<>();

  private record Confirmed(long sequence, int table, long step, int rows) {}

  UpdateHistory(int worker, ServerOptions options, Consumer<LostUpdates> listener) {
    this.worker = worker;
    this.options = options;
    this.listener = listener;
  }

  /**
   * A change is done.
   *
   * @param stored changes up to this one are in a snapshot
   */
  void confirmed(long sequence, Request request, long stored) {
    if (request instanceof Request.Push push) {
      confirmed.add(new Confirmed(sequence, push.table(), push.step(), rows(push)));
    }
    while (!confirmed.isEmpty() && confirmed.peek().sequence() <= stored) {
      confirmed.remove();
    }
  }

  private int rows(Request.Push push) {
    int width = options.tables().get(push.table()).width();
    return push.gradients().length / width;
  }

  /**
   * The server began anew.
   *
   * @param step how many steps this worker has ended
   * @param known the last change that it has
   */
  void lost(int server, long step, long snapshotStep, long known) {
    long first = Long.MAX_VALUE;
    long last = -1;
    long pushes = 0;
    Map<String, Long> rows = new TreeMap<>();
    for (Confirmed each : confirmed) {
      if (each.sequence() > known) {
        first = Math.min(first, each.step());
        last = Math.max(last, each.step());
        pushes++;
        rows.merge(options.tables().get(each.table()).name(), (long) each.rows(), Long::sum);
      }
    }
    confirmed.clear();
    listener.accept(
        new LostUpdates(
            server, worker, step, snapshotStep, pushes == 0 ? -1 : first, last, pushes, rows));
  }
}
