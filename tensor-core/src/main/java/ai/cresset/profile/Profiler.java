package ai.cresset.profile;

import ai.cresset.error.LifetimeException;
import ai.cresset.tensor.autograd.Mode;
import ai.cresset.tensor.op.OpObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures every operation of the thread that starts it, forward and backward ({@code
 * torch.profiler}).
 *
 * <pre>{@code
 * try (Profiler p = Profiler.start()) {
 *   model.call(batch).backward();
 *   System.out.println(p.table());
 *   p.writeTrace(Path.of("trace.json")); // for chrome://tracing or ui.perfetto.dev
 * }
 * }</pre>
 *
 * <p>Confined to that thread, which may have one at a time: ranks that share a JVM each profile
 * themselves. A run of an operation costs two readings of the clock and one small object.
 */
public final class Profiler implements AutoCloseable {
  private final Thread thread = Thread.currentThread();
  private final Mode mode = Mode.current();
  private final Recorder recorder = new Recorder();
  private boolean closed;

  private Profiler() {}

  /**
   * Begins to measure this thread.
   *
   * @throws LifetimeException if it is measured already
   */
  public static Profiler start() {
    Profiler profiler = new Profiler();
    if (profiler.mode.observer() != null) {
      throw LifetimeException.because(
          "Profiler.start: thread "
              + profiler.thread.getName()
              + " is profiled already; close the other profiler first");
    }
    profiler.mode.observer(profiler.recorder);
    return profiler;
  }

  /** Stops to measure; what was measured stays. Closing twice is harmless. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (Thread.currentThread() != thread) {
      throw LifetimeException.because(
          "the profiler of thread "
              + thread.getName()
              + " cannot be closed by thread "
              + Thread.currentThread().getName()
              + "; close it where it was started");
    }
    closed = true;
    mode.observer(null);
  }

  /** Every run that has ended, in order of its end. */
  public List<OpEvent> events() {
    return Collections.unmodifiableList(recorder.events);
  }

  /** One entry for each operation, that with the most time of its own first. */
  public List<OpSummary> summaries() {
    Map<String, OpSummary> byName = new HashMap<>();
    for (int i = 0; i < recorder.events.size(); i++) {
      OpEvent event = recorder.events.get(i);
      long total = recorder.outermost.get(i) ? event.totalNanos() : 0;
      byName.merge(
          event.name(),
          new OpSummary(event.name(), 1, total, event.selfNanos(), event.selfAllocatedBytes()),
          Profiler::plus);
    }
    return byName.values().stream()
        .sorted(
            Comparator.comparingLong(OpSummary::selfNanos)
                .reversed()
                .thenComparing(OpSummary::name))
        .toList();
  }

  private static OpSummary plus(OpSummary a, OpSummary b) {
    return new OpSummary(
        a.name(),
        a.calls() + b.calls(),
        a.totalNanos() + b.totalNanos(),
        a.selfNanos() + b.selfNanos(),
        a.allocatedBytes() + b.allocatedBytes());
  }

  /** The summaries as a table, that with the most time of its own first. */
  public String table() {
    return ProfileTable.format(summaries());
  }

  /** Writes what was measured as a Chrome trace. */
  public void writeTrace(Path file) throws IOException {
    ChromeTrace.write(file, thread.getName(), recorder.events);
  }

  /** Turns begins and ends into events. */
  private static final class Recorder implements OpObserver {
    private final long start = System.nanoTime();
    private final Deque<Running> stack = new ArrayDeque<>();
    private final Set<String> open = new HashSet<>();
    private final List<OpEvent> events = new ArrayList<>();
    private final List<Boolean> outermost = new ArrayList<>();

    /** An operation under way. */
    private static final class Running {
      final String name;
      final boolean outermost;
      final long begin;
      long inside;
      long insideBytes;
      long ownBytes;

      Running(String name, boolean outermost, long begin) {
        this.name = name;
        this.outermost = outermost;
        this.begin = begin;
      }
    }

    @Override
    public void begin(String name) {
      stack.push(new Running(name, open.add(name), System.nanoTime()));
    }

    @Override
    public void end() {
      Running ended = stack.poll();
      if (ended == null) {
        // It began before the profiler did.
        return;
      }
      long total = System.nanoTime() - ended.begin;
      if (ended.outermost) {
        open.remove(ended.name);
      }
      events.add(
          new OpEvent(
              ended.name,
              ended.begin - start,
              total,
              total - ended.inside,
              ended.ownBytes + ended.insideBytes,
              ended.ownBytes,
              stack.size()));
      outermost.add(ended.outermost);
      Running parent = stack.peek();
      if (parent != null) {
        parent.inside += total;
        parent.insideBytes += ended.ownBytes + ended.insideBytes;
      }
    }

    @Override
    public void allocated(long bytes) {
      Running running = stack.peek();
      if (running != null) {
        running.ownBytes += bytes;
      }
    }
  }
}
