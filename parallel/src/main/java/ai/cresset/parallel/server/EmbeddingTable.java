package ai.cresset.parallel.server;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table of the servers as the modules of one worker use it. A lookup fetches each row once, as a
 * leaf of the graph; its gradient is pushed at the end of the step, summed by id over all lookups
 * and micro-batches.
 *
 * <p>{@link #prefetch} may come from another thread; all else is confined to the worker's.
 */
public final class EmbeddingTable implements AutoCloseable {
  private static final int MOST_AHEAD = 16;

  private final TableSpec spec;
  private final List<Lookup> lookups = new ArrayList<>();
  private final Map<Ids, Fetched> ahead = new HashMap<>();
  private @Nullable ServerClient client;
  private long nextAhead = -1;
  private long lookupsAhead;

  /** The rows of a lookup, whose gradient is still to be pushed. */
  private record Lookup(long[] ids, Tensor rows) {}

  /** Ids as a key. */
  private record Ids(long[] values) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Ids that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
      return values.length + " ids";
    }
  }

  /** Rows for a later step; asked for as soon as this worker itself is no obstacle. */
  private static final class Fetched {
    final DistinctIds distinct;
    final long step;
    @Nullable Ticket<float[]> rows;

    Fetched(DistinctIds distinct, long step) {
      this.distinct = distinct;
      this.step = step;
    }
  }

  /** Distinct ids and their rows. */
  record Found(DistinctIds distinct, Tensor rows) {}

  /** A table that no client is bound to yet: models are built before their servers are there. */
  public EmbeddingTable(TableSpec spec) {
    this.spec = spec;
  }

  /** What it is. */
  public TableSpec spec() {
    return spec;
  }

  /** Says who fetches rows. */
  public synchronized void bind(ServerClient fetches) {
    client = fetches;
    ahead.clear();
    nextAhead = -1;
  }

  private ServerClient client() {
    ServerClient bound = client;
    if (bound == null) {
      throw ConfigException.because(
          "the embedding table '"
              + spec.name()
              + "' is bound to no parameter server; call bind(client) before the model runs");
    }
    return bound;
  }

  /**
   * Begins to fetch the rows of a later batch.
   *
   * @param ids as they will be looked up; negative ones are left out
   */
  public void prefetch(long[] ids) {
    DistinctIds distinct = DistinctIds.of(ids);
    synchronized (this) {
      ServerClient bound = client;
      if (bound == null || ahead.size() >= MOST_AHEAD) {
        return; // it is fetched when it is looked up
      }
      nextAhead = Math.max(nextAhead, bound.step());
      Fetched fetched = new Fetched(distinct, nextAhead++);
      ahead.put(new Ids(ids), fetched);
      ask(bound, fetched);
    }
  }

  /**
   * A request that waits for a step of this very worker would stand in the way of those that the
   * step needs: it is held back until then, and waits for others only.
   */
  private void ask(ServerClient bound, Fetched fetched) {
    boolean due = bound.options().consistency().needed(fetched.step) <= bound.step();
    if (fetched.rows == null && due) {
      fetched.rows = bound.pullAhead(spec.name(), fetched.step, fetched.distinct.ids());
    }
  }

  /** A step was ended: more rows can be asked for. */
  public synchronized void stepEnded() {
    ServerClient bound = client();
    ahead.values().stream()
        .sorted(Comparator.comparingLong(each -> each.step))
        .forEach(each -> ask(bound, each));
  }

  /** Rows of a batch, each once; a leaf while gradients are recorded. */
  Found find(long[] ids, boolean training) {
    ServerClient bound = client();
    boolean records = training && GradMode.isEnabled();
    Fetched fetched = training ? taken(ids) : null;
    DistinctIds distinct = fetched == null ? DistinctIds.of(ids) : fetched.distinct;
    // What was fetched for another step may be older than it must be.
    Ticket<float[]> asked = fetched == null || fetched.step != bound.step() ? null : fetched.rows;
    if (asked != null) {
      lookupsAhead++;
    }
    float[] values =
        (asked != null
                ? asked
                : training
                    ? bound.pull(spec.name(), distinct.ids())
                    : bound.read(spec.name(), distinct.ids()))
            .await();
    Tensor rows = Tensor.of(values, distinct.ids().length, spec.width());
    if (records) {
      Scope.detach(rows).requiresGrad(true);
      lookups.add(new Lookup(distinct.ids(), rows));
    }
    return new Found(distinct, rows);
  }

  private synchronized @Nullable Fetched taken(long[] ids) {
    Fetched found = ahead.remove(new Ids(ids));
    if (found != null) {
      nextAhead += client().step() - found.step;
      ahead.values().removeIf(each -> each.step < found.step);
    }
    return found;
  }

  /** How many lookups found their rows asked for ahead. */
  public long lookupsAhead() {
    return lookupsAhead;
  }

  /** Begins a step: gradients that were not pushed are forgotten. */
  public void beginStep() {
    lookups.forEach(each -> each.rows().close());
    lookups.clear();
  }

  /** Pushes what was looked up since {@link #beginStep}; null if there is nothing. */
  public @Nullable Ticket<Long> push() {
    RowGradients gradients = new RowGradients(spec.width());
    for (Lookup each : lookups) {
      Tensor gradient = each.rows().grad();
      if (gradient != null && each.ids().length > 0) {
        gradients.add(each.ids(), gradient.toFloatArray());
      }
    }
    beginStep();
    return gradients.isEmpty()
        ? null
        : client().push(spec.name(), gradients.ids(), gradients.sums());
  }

  /** Frees what was looked up. */
  @Override
  public void close() {
    beginStep();
  }
}
