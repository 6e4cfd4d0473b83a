package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads the steps of a rank ahead, on a thread of its own: a bounded number, then it waits until
 * one is taken. Tensors are made outside of any scope there and handed to the scope of whoever
 * takes them. What goes wrong while reading comes out of {@link #next} with its cause, in its turn.
 *
 * <p>Closing ends the thread and frees what was read and not taken. The thread is never
 * interrupted, because that would close the files it reads. {@link #next} is confined to one
 * thread.
 */
public final class DataLoader implements AutoCloseable {
  private final Dataset dataset;
  private final BatchPlan plan;
  private final Share share;
  private final LoaderOptions options;
  private final long endStep;
  private final Allocator allocator = Allocator.current();
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<ReadStep> ready = new ArrayDeque<>();
  private @Nullable Throwable failure;
  private long failedStep;
  private boolean ended;
  private boolean closed;

  /** A step whose batches may still be on their way to a device. */
  private record ReadStep(LoadedStep step, List<BatchUpload> uploads) {
    LoadedStep take() {
      uploads.forEach(BatchUpload::take);
      step.microBatches().forEach(Batch::adopt);
      return step;
    }
  }

  private DataLoader(
      Dataset dataset,
      BatchPlan plan,
      Share share,
      LoaderOptions options,
      long firstStep,
      long endStep) {
    this.dataset = dataset;
    this.plan = plan;
    this.share = share;
    this.options = options;
    this.endStep = endStep;
    this.thread = new Thread(() -> load(firstStep), "data loader of rank " + share.rank());
    thread.setDaemon(true);
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
    if (plan.sampler().datasetSize() != dataset.size()) {
      throw DataException.because(
          "the sampler is made for "
              + plan.sampler().datasetSize()
              + " samples, the data set has "
              + dataset.size());
    }
    DataLoader loader = new DataLoader(dataset, plan, share, options, firstStep, endStep);
    loader.thread.start();
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
      while (ready.isEmpty() && !ended) {
        changed.await();
      }
      ReadStep step = ready.poll();
      changed.signalAll();
      if (step != null) {
        return step.take();
      }
      if (failure != null) {
        throw DataException.because(
            "reading the samples of step " + failedStep + " failed: " + failure, failure);
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

  private void load(long firstStep) {
    long step = firstStep;
    try (Allocator.Binding bound = allocator.bind()) {
      boolean wanted = true;
      while (wanted && step < endStep) {
        wanted = offer(read(step));
        step++;
      }
      end(null, step);
    } catch (Throwable e) {
      end(e, step);
    }
  }

  private ReadStep read(long step) {
    DataPosition position = plan.position(step);
    long[] samples = plan.samples(position, share);
    int most = options.microBatchSize() == 0 ? samples.length : options.microBatchSize();
    List<BatchUpload> uploads = new ArrayList<>();
    List<Batch> batches = new ArrayList<>();
    try (Scope scope = Scope.open("data loader")) {
      for (int from = 0; from < samples.length; from += most) {
        int to = Math.min(samples.length, from + most);
        long[] part = Arrays.copyOfRange(samples, from, to);
        Batch host = whole(dataset.gather(part, position.epoch()), to - from);
        uploads.add(BatchUpload.begin(host, options.device()));
      }
      uploads.forEach(upload -> batches.add(upload.batch().release()));
    }
    LoadedStep loaded =
        new LoadedStep(step, position, plan.size(position), SampleTally.of(samples), batches);
    return new ReadStep(loaded, uploads);
  }

  private static Batch whole(Batch batch, int samples) {
    if (batch.size() != samples) {
      throw DataException.because(
          "the data set gave a batch of " + batch.size() + " for " + samples + " samples");
    }
    return batch;
  }

  /** Hands a step over, waiting for room; false if nobody wants it any more. */
  private boolean offer(ReadStep step) {
    lock.lock();
    try {
      while (ready.size() >= options.prefetch() && !closed) {
        changed.awaitUninterruptibly();
      }
      if (closed) {
        step.step().close();
        return false;
      }
      ready.add(step);
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void end(@Nullable Throwable reason, long step) {
    lock.lock();
    try {
      failure = reason;
      failedStep = step;
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread, after the read under way, and frees what is left. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      while (!ended) {
        changed.awaitUninterruptibly();
      }
      ready.forEach(each -> each.step().close());
      ready.clear();
    } finally {
      lock.unlock();
    }
  }
}
