package ai.cresset.backend.cpu;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the chunks of one kernel on several threads. How work is cut into chunks depends on shapes
 * only where the bits of results depend on it, so they are the same for any number of threads. The
 * caller works along; a team that is busy with another caller's kernel never blocks.
 *
 * <p>Kernels of a step follow each other within microseconds, and to wake a thread takes longer
 * than many of them. So who has nothing to do looks out for work for a short time before it sleeps.
 */
final class ThreadTeam {
  /** How long a thread looks out, in nanoseconds: several times what waking it takes. */
  private static final long LOOK_OUT = 100_000;

  /** Looks between two readings of the clock. */
  private static final int LOOKS = 32;

  private final int threads;
  private final Worker[] workers;
  private final Queue<Job> open = new ConcurrentLinkedQueue<>();
  private volatile boolean started;

  ThreadTeam(int threads) {
    this.threads = threads;
    this.workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker("cresset-cpu-" + (i + 1));
    }
  }

  int threads() {
    return threads;
  }

  /** Calls {@code body} with 0 to {@code chunks - 1}, in any order, and waits for all of them. */
  void run(int chunks, IntConsumer body) {
    if (workers.length == 0 || chunks <= 1) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        body.accept(chunk);
      }
      return;
    }
    Job job = new Job(chunks, body);
    open.add(job);
    call(chunks - 1);
    job.run();
    open.remove(job);
    job.await();
  }

  /** Sees to it that so many workers look for jobs, if there are as many without one. */
  private void call(int wanted) {
    if (!started) {
      start();
    }
    for (Worker worker : workers) {
      if (wanted > 0 && worker.activity == Activity.LOOKING) {
        wanted--;
      }
    }
    for (Worker worker : workers) {
      if (wanted > 0 && worker.activity == Activity.ASLEEP) {
        LockSupport.unpark(worker);
        wanted--;
      }
    }
  }

  private synchronized void start() {
    if (!started) {
      for (Worker worker : workers) {
        worker.start();
      }
      started = true;
    }
  }

  /** Whether something came to hold while it was looked out for. */
  private static boolean lookOut(BooleanSupplier condition) {
    long end = System.nanoTime() + LOOK_OUT;
    do {
      for (int i = 0; i < LOOKS; i++) {
        if (condition.getAsBoolean()) {
          return true;
        }
        Thread.onSpinWait();
      }
    } while (System.nanoTime() < end);
    return false;
  }

  private enum Activity {
    WORKING,
    LOOKING,
    ASLEEP
  }

  private final class Worker extends Thread {
    private volatile Activity activity = Activity.LOOKING;

    Worker(String name) {
      super(name);
      setDaemon(true);
    }

    @Override
    public void run() {
      while (true) {
        Job job = open.peek();
        if (job == null) {
          awaitJob();
          continue;
        }
        activity = Activity.WORKING;
        job.run();
        open.remove(job);
      }
    }

    private void awaitJob() {
      activity = Activity.LOOKING;
      if (lookOut(() -> !open.isEmpty())) {
        return;
      }
      // Callers add first and look at the state afterwards, so one of both sees the other.
      activity = Activity.ASLEEP;
      while (open.isEmpty()) {
        LockSupport.park(ThreadTeam.this);
      }
    }
  }

  private static final class Job {
    private final int chunks;
    private final IntConsumer body;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger unfinished;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean callerSleeps;

    Job(int chunks, IntConsumer body) {
      this.chunks = chunks;
      this.body = body;
      this.unfinished = new AtomicInteger(chunks);
    }

    void run() {
      for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
        try {
          body.accept(chunk);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          if (unfinished.decrementAndGet() == 0 && callerSleeps) {
            LockSupport.unpark(caller);
          }
        }
      }
    }

    /** Waits even when interrupted, because the chunks write into the caller's memory. */
    void await() {
      if (!isFinished() && !lookOut(this::isFinished)) {
        callerSleeps = true;
        boolean interrupted = false;
        while (!isFinished()) {
          LockSupport.park(this);
          interrupted |= Thread.interrupted();
        }
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      Throwable thrown = failure.get();
      if (thrown instanceof Error error) {
        throw error;
      }
      if (thrown != null) {
        throw (RuntimeException) thrown;
      }
    }

    private boolean isFinished() {
      return unfinished.get() == 0;
    }
  }
}
