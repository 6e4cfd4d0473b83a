package ai.cresset.parallel.server;

import ai.cresset.error.CressetException;
import ai.cresset.error.ServerException;
import ai.cresset.parallel.comm.channel.Deadline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one server holds and does, without its channels. A request is done whole or not at all: it
 * is checked before the first change. Gradients wait until their worker (asynchronous) or all
 * workers (synchronous) have ended the step: a worker that dies in the middle of one leaves no part
 * of it, and its successor repeats the step.
 *
 * <p>Thread-safe by one lock, which is not held while a snapshot is written.
 */
final class ServerShard {
  private final int server;
  private final int servers;
  private final ServerOptions options;
  private final @Nullable ShardSnapshots snapshots;
  private final SnapshotWriter writer;
  private final long incarnation = ThreadLocalRandom.current().nextLong();
  private final ClockTable clocks;
  private final long[] sequences;
  private final long[] applied;
  private final long[] stored;
  private final List<TreeMap<Long, Long>> endSequences = new ArrayList<>();
  private final TreeMap<Long, StepGradients> pending = new TreeMap<>();
  private final RecentPlaces recent = new RecentPlaces();
  private List<RowTable> tables;
  private long lastOwn;
  private int writing;
  private long begunFrom = -1;
  private long snapshotStep = -1;
  private long pulledRows;
  private long pushedRows;
  private long madeRows;
  private long evictedRows;
  private long repeated;
  private long worstStaleness;
  private boolean closed;

  /**
   * A server, empty but for dense tables.
   *
   * @param snapshots where its snapshots go; null for none
   * @param recovers whether it goes on from the newest of them
   */
  ServerShard(
      int server,
      int servers,
      int workers,
      ServerOptions options,
      @Nullable ShardSnapshots snapshots,
      boolean recovers) {
    this.server = server;
    this.servers = servers;
    this.options = options;
    this.snapshots = snapshots;
    this.writer = new SnapshotWriter(server);
    this.clocks = new ClockTable(workers);
    this.sequences = new long[workers];
    this.applied = new long[workers];
    this.stored = new long[workers];
    for (int i = 0; i < workers; i++) {
      endSequences.add(new TreeMap<>());
    }
    this.tables = emptyTables();
    if (snapshots != null && recovers) {
      OptionalLong newest = snapshots.newest();
      if (newest.isPresent()) {
        recover(snapshots, newest.getAsLong());
      }
    }
    for (RowTable table : tables) {
      makeDense(table);
    }
  }

  private List<RowTable> emptyTables() {
    return options.tables().stream().map(spec -> new RowTable(spec, options.seed())).toList();
  }

  private void recover(ShardSnapshots from, long step) {
    ShardSnapshots.Progress progress = from.read(step, tables);
    begunFrom = step;
    snapshotStep = step;
    lastOwn = step;
    if (progress.clocks().length != sequences.length) {
      clocks.setAll(step);
      return;
    }
    for (int worker = 0; worker < sequences.length; worker++) {
      clocks.set(worker, progress.clocks()[worker]);
      sequences[worker] = progress.sequences()[worker];
      applied[worker] = sequences[worker];
      stored[worker] = sequences[worker];
    }
  }

  private void makeDense(RowTable table) {
    if (table.spec().kind() == TableSpec.Kind.DENSE) {
      long[] all = denseIds(table.spec());
      made(table, all, table.places(all));
    }
  }

  private long[] denseIds(TableSpec spec) {
    long begin = KeyRange.begin(server, spec.ids(), servers);
    long end = KeyRange.begin(server + 1, spec.ids(), servers);
    long[] all = new long[(int) (end - begin)];
    for (int i = 0; i < all.length; i++) {
      all[i] = begin + i;
    }
    return all;
  }

  /** Does what a worker asks. Waits where the consistency demands it. */
  Response handle(int worker, long sequence, Request request) {
    return request instanceof Request.Snapshot snapshot
        ? storeAsked(worker, snapshot.step())
        : change(worker, sequence, request);
  }

  private synchronized Response change(int worker, long sequence, Request request) {
    try {
      if (request.changes()) {
        if (sequence <= sequences[worker]) {
          repeated++;
          return done(worker, 0);
        }
        Response response = answer(worker, sequence, request);
        sequences[worker] = sequence;
        return response;
      }
      return answer(worker, sequence, request);
    } catch (CressetException e) {
      if (request.changes()) {
        sequences[worker] = Math.max(sequences[worker], sequence);
      }
      return new Response.Refused(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Response.Refused("server " + server + " is closing");
    }
  }

  private Response answer(int worker, long sequence, Request request) throws InterruptedException {
    if (request instanceof Request.Pull pull) {
      return pull(worker, pull);
    } else if (request instanceof Request.Push push) {
      return push(worker, push);
    } else if (request instanceof Request.EndStep end) {
      return endStep(worker, sequence, end);
    } else if (request instanceof Request.Attach attach) {
      return attach(worker, attach);
    } else if (request instanceof Request.Evict evict) {
      return evict(worker, evict);
    } else if (request instanceof Request.Restore restore) {
      return restore(worker, restore.step());
    } else if (request instanceof Request.Leave) {
      clocks.set(worker, ClockTable.LEFT);
      advanced();
      return done(worker, 0);
    }
    return new Response.Account(account().figures());
  }

  private Response done(int worker, long count) {
    return new Response.Done(count, stored[worker]);
  }

  private RowTable table(int number) {
    if (number < 0 || number >= tables.size()) {
      throw ServerException.unknownTable("number " + number, options.tableNames());
    }
    return tables.get(number);
  }

  private Response attach(int worker, Request.Attach attach) {
    if (attach.clock() < 0) {
      // A new process begins the step anew that its predecessor did not end.
      long clock = clocks.of(worker) == ClockTable.LEFT ? 0 : clocks.of(worker);
      pending.tailMap(clock).values().forEach(step -> step.forget(worker));
      return new Response.Attached(incarnation, clocks.of(worker), sequences[worker], begunFrom);
    }
    Response answer =
        new Response.Attached(incarnation, clocks.of(worker), sequences[worker], begunFrom);
    // What was confirmed and is not here is lost; the worker goes on from where it is.
    sequences[worker] = Math.max(sequences[worker], attach.acknowledged());
    applied[worker] = Math.max(applied[worker], attach.acknowledged());
    clocks.set(worker, Math.max(clocks.of(worker), attach.clock()));
    advanced();
    return answer;
  }

  private void awaitEnded(int worker, long needed, long step) throws InterruptedException {
    Deadline deadline = Deadline.after(options.flight().timeout());
    while (clocks.slowest() < needed && !closed) {
      if (deadline.isOver()) {
        int slowest = clocks.slowestWorker();
        throw ServerException.because(
            "worker "
                + worker
                + " waited "
                + deadline.text()
                + " at server "
                + server
                + " for step "
                + step
                + ": worker "
                + slowest
                + " has ended "
                + clocks.of(slowest)
                + " steps, "
                + needed
                + " are needed ("
                + options.consistency()
                + "); see what holds it up, or raise the request timeout");
      }
      wait(Math.max(1, deadline.remainingNanos() / 1_000_000));
    }
    if (closed) {
      throw ServerException.because("server " + server + " is closing");
    }
  }

  private Response pull(int worker, Request.Pull pull) throws InterruptedException {
    table(pull.table());
    awaitEnded(worker, options.consistency().needed(pull.step()), pull.step());
    RowTable table = table(pull.table());
    TableSpec spec = table.spec();
    long[] ids =
        spec.kind() == TableSpec.Kind.DENSE && pull.ids().length == 0 ? denseIds(spec) : pull.ids();
    int[] places = table.places(ids);
    if (pull.makes()) {
      made(table, ids, places);
      table.use(places, pull.step());
      recent.pulled(worker, pull.table(), ids, places, table.evictions());
    }
    float[] values = new float[Math.multiplyExact(ids.length, spec.width())];
    table.read(ids, places, values);
    pulledRows += ids.length;
    long slowest = clocks.slowest();
    if (slowest != ClockTable.LEFT) {
      worstStaleness = Math.max(worstStaleness, pull.step() - slowest);
    }
    return new Response.Rows(values, slowest);
  }

  /** Makes the rows that are absent, all of them or none. */
  private void made(RowTable table, long[] ids, int[] places) {
    int missing = RowTable.missing(ids, places);
    requireRoom(table, ids, missing);
    if (missing > 0) {
      table.make(ids, places);
      madeRows += missing;
    }
  }

  private void requireRoom(RowTable table, long[] ids, int missing) {
    if (missing == 0) {
      return;
    }
    long needed = table.bytesFor(missing);
    long used = tables.stream().mapToLong(RowTable::bytes).sum();
    if (needed > options.memoryBytes() - used) {
      throw ServerException.full(
          server, table.spec().name(), missing, needed, used, options.memoryBytes());
    }
    // A place is an int.
    if ((long) table.rows() + ids.length > Integer.MAX_VALUE / 2) {
      throw ServerException.because(
          "table '" + table.spec().name() + "' has too many rows for one server; add servers");
    }
  }

  private Response push(int worker, Request.Push push) {
    RowTable table = table(push.table());
    TableSpec spec = table.spec();
    long[] ids =
        spec.kind() == TableSpec.Kind.DENSE && push.ids().length == 0 ? denseIds(spec) : push.ids();
    float[] gradients = push.gradients();
    int[] known = recent.take(worker, push.table(), ids, table.evictions());
    int[] places = known == null ? table.places(ids) : known;
    if (gradients.length != (long) ids.length * spec.width()) {
      throw ServerException.wrongWidth(spec.name(), spec.width(), ids.length, gradients.length);
    }
    for (int i = 0; i < gradients.length; i++) {
      if (!Float.isFinite(gradients[i])) {
        throw ServerException.notFinite(spec.name(), ids[i / spec.width()]);
      }
    }
    if (push.step() < clocks.of(worker)) {
      repeated++;
      return done(worker, 0);
    }
    made(table, ids, places);
    pending
        .computeIfAbsent(push.step(), step -> new StepGradients(tables.size(), sequences.length))
        .add(
            worker,
            push.table(),
            new StepGradients.Pushed(ids, places, table.evictions(), gradients));
    pushedRows += ids.length;
    return done(worker, ids.length);
  }

  private Response endStep(int worker, long sequence, Request.EndStep end) {
    if (end.step() < clocks.of(worker)) {
      repeated++;
      return done(worker, 0);
    }
    if (!(end.weight() >= 0)) {
      throw ServerException.because("the weight of a step must be 0 or above, got " + end.weight());
    }
    StepGradients step = pending.get(end.step());
    if (options.consistency().isSynchronous()) {
      if (step == null) {
        step = new StepGradients(tables.size(), sequences.length);
        pending.put(end.step(), step);
      }
      step.end(worker, end.weight());
      endSequences.get(worker).put(end.step(), sequence);
    } else {
      if (step != null) {
        step.end(worker, end.weight());
        step.apply(worker, tables, end.step());
      }
      applied[worker] = sequence;
    }
    clocks.set(worker, end.step() + 1);
    advanced();
    return done(worker, 0);
  }

  /** Does what waited for the slowest worker. */
  private void advanced() {
    long slowest = clocks.slowest();
    boolean synchronous = options.consistency().isSynchronous();
    while (!pending.isEmpty() && pending.firstKey() < slowest) {
      long step = pending.firstKey();
      StepGradients ready = pending.remove(step);
      if (synchronous && ready != null) {
        ready.applyAll(tables, step);
        for (int worker = 0; worker < applied.length; worker++) {
          NavigableMap<Long, Long> ended = endSequences.get(worker).headMap(step, true);
          Map.Entry<Long, Long> last = ended.lastEntry();
          if (last != null) {
            applied[worker] = Math.max(applied[worker], last.getValue());
            ended.clear();
          }
        }
      }
    }
    storeIfDue();
    notifyAll();
  }

  /** A snapshot that falls due while another is written is taken right after it. */
  private void storeIfDue() {
    long every = options.snapshots().every();
    long slowest = clocks.slowest();
    if (snapshots != null && every > 0 && slowest != ClockTable.LEFT && writing == 0 && !closed) {
      if (slowest / every > lastOwn / every) {
        lastOwn = slowest;
        // A failure is logged by the writer; the next interval tries again.
        CompletableFuture<Void> ignored = store(snapshots, slowest, false);
      }
    }
  }

  private Response storeAsked(int worker, long step) {
    try {
      CompletableFuture<Void> stored;
      synchronized (this) {
        awaitEnded(worker, step, step);
        if (snapshots == null) {
          throw ServerException.because(
              "server "
                  + server
                  + " has nowhere to put a snapshot; start the servers with a store");
        }
        stored = store(snapshots, step, true);
      }
      stored.get();
      synchronized (this) {
        return done(worker, 0);
      }
    } catch (CressetException e) {
      return new Response.Refused(String.valueOf(e.getMessage()));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return new Response.Refused(String.valueOf(cause.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Response.Refused("server " + server + " is closing");
    }
  }

  /** Begins to store the rows as they are now. */
  private CompletableFuture<Void> store(ShardSnapshots to, long step, boolean asked) {
    long slowest = clocks.slowest();
    long[] ended = clocks.all();
    for (int i = 0; i < ended.length; i++) {
      boolean behind = options.consistency().isSynchronous() || ended[i] == ClockTable.LEFT;
      ended[i] = behind && slowest != ClockTable.LEFT ? slowest : Math.min(ended[i], step);
    }
    List<RowTable> from = tables;
    List<RowTable.Frozen> frozen = from.stream().map(RowTable::freeze).toList();
    ShardSnapshots.Progress progress = new ShardSnapshots.Progress(step, ended, applied.clone());
    writing++;
    return writer.submit(
        () -> {
          boolean done = false;
          try {
            to.write(progress, frozen, asked);
            done = true;
          } finally {
            stored(from, frozen, done ? progress : null);
          }
        });
  }

  private synchronized void stored(
      List<RowTable> from,
      List<RowTable.Frozen> frozen,
      ShardSnapshots.@Nullable Progress progress) {
    for (int i = 0; i < frozen.size(); i++) {
      from.get(i).thaw(frozen.get(i));
    }
    writing--;
    if (progress != null && from == tables) {
      snapshotStep = Math.max(snapshotStep, progress.step());
      for (int worker = 0; worker < stored.length; worker++) {
        stored[worker] = Math.max(stored[worker], progress.sequences()[worker]);
      }
    }
    storeIfDue();
    notifyAll();
  }

  private Response restore(int worker, long step) throws InterruptedException {
    while (writing > 0 && !closed) {
      wait();
    }
    List<RowTable> read = emptyTables();
    if (snapshots == null && step > 0) {
      throw ServerException.because(
          "server " + server + " has no snapshots to go back to; start the servers with a store");
    }
    if (snapshots != null) {
      if (step > 0) {
        snapshots.read(step, read);
      }
      snapshots.forgetAfter(step);
    }
    tables = read;
    tables.forEach(this::makeDense);
    pending.clear();
    recent.clear();
    endSequences.forEach(TreeMap::clear);
    clocks.setAll(step);
    snapshotStep = step == 0 ? -1 : step;
    lastOwn = step;
    // What was done after that step is taken back, not lost.
    for (int each = 0; each < sequences.length; each++) {
      applied[each] = sequences[each];
      stored[each] = sequences[each];
    }
    notifyAll();
    return done(worker, tables.stream().mapToLong(RowTable::rows).sum());
  }

  private Response evict(int worker, Request.Evict evict) {
    RowTable table = table(evict.table());
    if (table.spec().kind() == TableSpec.Kind.DENSE) {
      throw ServerException.because(
          "table '" + table.spec().name() + "' is dense: its rows cannot be evicted");
    }
    long now = Arrays.stream(clocks.all()).filter(each -> each != ClockTable.LEFT).max().orElse(0);
    int evicted = table.evict(now - evict.idleSteps());
    evictedRows += evicted;
    return done(worker, evicted);
  }

  /** What it holds and has done. */
  synchronized ServerAccount account() {
    return new ServerAccount(
        server,
        options.tableNames(),
        tables.stream().map(table -> (long) table.rows()).toList(),
        tables.stream().map(RowTable::bytes).toList(),
        pulledRows,
        pushedRows,
        madeRows,
        evictedRows,
        repeated,
        worstStaleness,
        snapshotStep);
  }

  /** Ends all waiting. A snapshot that is being written is finished. */
  void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    writer.close();
  }
}
