package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads the steps of a rank ahead, on threads of its own: a bounded number, then they wait until
 * one is taken. Steps come out in order, however many threads read. Tensors are made outside of any
 * scope there and handed to the scope of whoever takes them. What goes wrong while reading comes
 * out of {@link #next} with its cause, in its turn.
 *
 * <p>Closing ends the threads and frees what was read and not taken. They are never interrupted,
 * because that would close the files they read. {@link #next} is confined to one thread.
 */
public final class DataLoader implements AutoCloseable {
  private final StepSource source;
  private final LoaderOptions options;
  private final Allocator allocator = Allocator.current();

  /** Held while the next step is planned, which may take long for streams; before {@link #lock}. */
  private final ReentrantLock planning = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Long, ReadStep> ready = new HashMap<>();
  private long planned;
  private long taken;

  /** The place after the last step, once it is known. */
  private long end = Long.MAX_VALUE;

  private @Nullable DataException failure;
  private int running;
  private boolean closed;

  /** A step whose batches may still be on their way to a device. */
  private record ReadStep(LoadedStep step, List<BatchUpload> uploads) {
    LoadedStep take() {
      uploads.forEach(BatchUpload::take);
      step.microBatches().forEach(Batch::adopt);
      return step;
    }
  }

  /** A step and its place among those of this loader. */
  private record Claim(long place, PlannedStep step) {}

  private DataLoader(StepSource source, LoaderOptions options) {
    this.source = source;
    this.options = options;
  }

  /**
   * Starts reading.
   *
   * @param dataset stays open when the loader is closed
   * @param share this rank's part
   * @param firstStep the first step of the whole run to read
   * @param endStep the step after the last
   */
  public static DataLoader start(
      Dataset dataset,
      BatchPlan plan,
      Share share,
      LoaderOptions options,
      long firstStep,
      long endStep) {
    return start(new DatasetSteps(dataset, plan, share, firstStep, endStep), options, share);
  }

  /**
   * Starts reading a stream. Its steps are counted from where it begins.
   *
   * @param dataset stays open when the loader is closed
   * @param share this rank's part
   */
  public static DataLoader start(
      IterableDataset dataset, StreamPlan plan, Share share, LoaderOptions options) {
    return start(new StreamSteps(dataset, plan, share), options, share);
  }

  private static DataLoader start(StepSource source, LoaderOptions options, Share share) {
    DataLoader loader = new DataLoader(source, options);
    loader.running = options.workers();
    for (int i = 0; i < options.workers(); i++) {
      Thread thread = new Thread(loader::load, "data loader " + i + " of rank " + share.rank());
      thread.setDaemon(true);
      thread.start();
    }
    return loader;
  }

  /**
   * The next step; null after the last. Its tensors belong to the thread's current scope, or to the
   * caller.
   *
   * @throws DataException with the cause if reading failed, or if the thread was interrupted
   */
  public @Nullable LoadedStep next() {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try {
      while (!ready.containsKey(taken) && taken < end) {
        changed.await();
      }
      ReadStep step = ready.remove(taken);
      if (step != null) {
        taken++;
        changed.signalAll();
        return step.take();
      }
      if (failure != null) {
        throw DataException.because(
            String.valueOf(failure.getMessage()),
            Objects.requireNonNullElse(failure.getCause(), failure));
      }
      return null;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  private static DataException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return DataException.because("interrupted while waiting for samples", cause);
  }

  private void load() {
    try (Allocator.Binding bound = allocator.bind()) {
      for (Claim claim = claim(); claim != null; claim = claim()) {
        try {
          deliver(claim.place(), read(claim.step()));
        } catch (Throwable e) {
          fail(claim.place(), "reading the samples of step " + claim.step().step(), e);
        }
      }
    } finally {
      leave();
    }
  }

  /** The next step to read, when there is room for it; null if there is none. */
  private @Nullable Claim claim() {
    planning.lock();
    try {
      if (!awaitRoom()) {
        return null;
      }
      try {
        PlannedStep step = source.next();
        if (step != null) {
          return new Claim(planned++, step);
        }
        finish(planned, null);
      } catch (Throwable e) {
        fail(planned, "finding the samples of the step after " + planned + " others", e);
      }
      return null;
    } finally {
      planning.unlock();
    }
  }

  private boolean awaitRoom() {
    lock.lock();
    try {
      while (planned - taken >= options.prefetch() + options.workers()
          && planned < end
          && !closed) {
        changed.awaitUninterruptibly();
      }
      return planned < end && !closed;
    } finally {
      lock.unlock();
    }
  }

  private ReadStep read(PlannedStep planned) {
    int samples = planned.samples();
    int most = options.microBatchSize() == 0 ? samples : options.microBatchSize();
    List<BatchUpload> uploads = new ArrayList<>();
    List<Batch> batches = new ArrayList<>();
    try (Scope scope = Scope.open("data loader")) {
      for (int from = 0; from < samples; from += most) {
        Batch host = planned.reader().read(from, Math.min(samples, from + most));
        uploads.add(BatchUpload.begin(host, options.device()));
      }
      uploads.forEach(upload -> batches.add(upload.batch().release()));
    }
    LoadedStep loaded =
        new LoadedStep(
            planned.step(), planned.position(), planned.globalSamples(), planned.tally(), batches);
    return new ReadStep(loaded, uploads);
  }

  private void deliver(long place, ReadStep step) {
    lock.lock();
    try {
      if (closed || place >= end) {
        step.step().close();
        return;
      }
      ready.put(place, step);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void fail(long place, String what, Throwable reason) {
    String text =
        reason instanceof DataException ? String.valueOf(reason.getMessage()) : reason.toString();
    finish(place, DataException.because(what + " failed: " + text, reason));
  }

  /** There is nothing from this place on. */
  private void finish(long place, @Nullable DataException reason) {
    lock.lock();
    try {
      if (place < end) {
        end = place;
        failure = reason;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      running--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the threads, after the reads under way, and frees what is left. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      while (running > 0) {
        changed.awaitUninterruptibly();
      }
      ready.values().forEach(each -> each.step().close());
      ready.clear();
    } finally {
      lock.unlock();
    }
    source.close();
  }
}
