package ai.cresset.backend.cpu;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the chunks of one kernel on several threads. How work is cut into chunks depends on shapes
 * only, so results are the same for any number of threads. The caller works along; a team that is
 * busy with another caller's kernel never blocks.
 */
final class ThreadTeam {
  private final int threads;
  private final @Nullable ExecutorService others;

  ThreadTeam(int threads) {
    this.threads = threads;
    AtomicInteger names = new AtomicInteger();
    this.others =
        threads == 1
            ? null
            : Executors.newFixedThreadPool(
                threads - 1,
                task -> {
                  Thread thread = new Thread(task, "cresset-cpu-" + names.incrementAndGet());
                  thread.setDaemon(true);
                  return thread;
                });
  }

  int threads() {
    return threads;
  }

  /** Calls {@code body} with 0 to {@code chunks - 1}, in any order, and waits for all of them. */
  void run(int chunks, IntConsumer body) {
    if (others == null || chunks == 1) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        body.accept(chunk);
      }
      return;
    }
    Job job = new Job(chunks, body);
    for (int i = 1; i < Math.min(threads, chunks); i++) {
      others.execute(job);
    }
    job.run();
    job.await();
  }

  private static final class Job implements Runnable {
    private final int chunks;
    private final IntConsumer body;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch unfinished;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Job(int chunks, IntConsumer body) {
      this.chunks = chunks;
      this.body = body;
      this.unfinished = new CountDownLatch(chunks);
    }

    @Override
    public void run() {
      for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
        try {
          body.accept(chunk);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          unfinished.countDown();
        }
      }
    }

    /** Waits even when interrupted, because the chunks write into the caller's memory. */
    void await() {
      boolean interrupted = false;
      while (true) {
        try {
          unfinished.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      Throwable thrown = failure.get();
      if (thrown instanceof Error error) {
        throw error;
      }
      if (thrown != null) {
        throw (RuntimeException) thrown;
      }
    }
  }
}
