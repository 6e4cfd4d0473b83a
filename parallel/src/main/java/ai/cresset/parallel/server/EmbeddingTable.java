package ai.cresset.parallel.server;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
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

  /**
   * What was looked up, whose gradient is still to be pushed.
   *
   * @param ids each once
   * @param places for each row its place in {@code ids}; null if there is one row for each id
   */
  private record Lookup(long[] ids, long @Nullable [] places, Tensor rows) {
    /** The gradient of each id, {@code [ids.length, width]}; null if there is none. */
    float @Nullable [] gradient(int width) {
      Tensor gradient = rows.grad();
      if (gradient == null || ids.length == 0) {
        return null;
      }
      float[] all = gradient.toFloatArray();
      if (places == null) {
        return all;
      }
      float[] sums = new float[ids.length * width];
      int from = 0;
      for (long place : places) {
        int to = (int) place * width;
        for (int i = 0; i < width; i++) {
          sums[to + i] += all[from + i];
        }
        from += width;
      }
      return sums;
    }
  }

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
    Values values = values(ids, training);
    long[] distinct = values.distinct().ids();
    Tensor rows = Tensor.of(values.rows(), distinct.length, spec.width());
    note(distinct, null, rows, training);
    return new Found(values.distinct(), rows);
  }

  /**
   * Rows of a batch, one for each id, {@code [ids.length * width]}; a leaf while gradients are
   * recorded. Spreading rows and adding up gradients here is a loop each, and no operation of the
   * graph.
   */
  Tensor gather(long[] ids, boolean training) {
    Values values = values(ids, training);
    long[] places = values.distinct().places();
    int width = spec.width();
    float[] all = new float[Math.multiplyExact(ids.length, width)];
    for (int i = 0; i < places.length; i++) {
      if (places[i] < 0) {
        throw DataException.because(
            "embedding table '"
                + spec.name()
                + "': id "
                + ids[i]
                + " is negative; an embedding has a row for each id, ShardedEmbeddingBag leaves"
                + " negative ones out");
      }
      System.arraycopy(values.rows(), (int) places[i] * width, all, i * width, width);
    }
    Tensor rows = Tensor.of(all, all.length);
    note(values.distinct().ids(), places, rows, training);
    return rows;
  }

  private void note(long[] ids, long @Nullable [] places, Tensor rows, boolean training) {
    if (training && GradMode.isEnabled()) {
      Scope.detach(rows).requiresGrad(true);
      lookups.add(new Lookup(ids, places, rows));
    }
  }

  /** Distinct ids and what their rows hold. */
  private record Values(DistinctIds distinct, float[] rows) {}

  private Values values(long[] ids, boolean training) {
    ServerClient bound = client();
    Fetched fetched = training ? taken(ids) : null;
    DistinctIds distinct = fetched == null ? DistinctIds.of(ids) : fetched.distinct;
    // What was fetched for another step may be older than it must be.
    Ticket<float[]> asked = fetched == null || fetched.step != bound.step() ? null : fetched.rows;
    if (asked != null) {
      lookupsAhead++;
      return new Values(distinct, asked.await());
    }
    Ticket<float[]> now =
        training
            ? bound.pull(spec.name(), distinct.ids())
            : bound.read(spec.name(), distinct.ids());
    return new Values(distinct, now.await());
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
      float[] gradient = each.gradient(spec.width());
      if (gradient != null) {
        gradients.add(each.ids(), gradient);
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
