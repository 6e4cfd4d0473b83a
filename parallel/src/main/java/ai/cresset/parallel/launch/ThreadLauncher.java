package ai.cresset.parallel.launch;

import ai.cresset.memory.Allocator;
import ai.cresset.parallel.comm.handshake.JobSecret;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Ranks as threads of this JVM, each with an allocator of its own: native memory that a worker
 * leaves behind fails its rank.
 */
public final class ThreadLauncher implements Launcher {
  private final LaunchOptions options;
  private final Consumer<Progress> progress;

  /** With {@code progress} called by the threads of the workers. */
  public ThreadLauncher(LaunchOptions options, Consumer<Progress> progress) {
    this.options = options;
    this.progress = progress;
  }

  public ThreadLauncher(LaunchOptions options) {
    this(options, ignored -> {});
  }

  @Override
  public <R extends Serializable> List<R> launch(Worker<R> worker) {
    return Attempts.run(options.attempts(), attempt -> attempt(worker, attempt));
  }

  private List<WorkerOutcome> attempt(Worker<?> worker, int attempt) {
    byte[] secret = JobSecret.random();
    List<LocalRendezvous> meeting =
        LocalRendezvous.create(options.workers(), attempt, options.rendezvousTimeout());
    List<LocalWorkerContext> contexts = new ArrayList<>();
    for (LocalRendezvous rendezvous : meeting) {
      contexts.add(
          new LocalWorkerContext(
              rendezvous,
              options.coresPerWorker(),
              options.device(),
              secret,
              options.host(),
              progress));
    }
    Supervision supervision =
        new Supervision(
            options.workers(),
            options.stopTimeout(),
            () -> {
              meeting.get(0).abort("another worker failed");
              contexts.forEach(LocalWorkerContext::abort);
            });
    for (LocalWorkerContext context : contexts) {
      Thread thread =
          new Thread(
              () -> supervision.ended(run(worker, context, supervision)),
              "cresset-worker-" + context.rank());
      thread.setDaemon(true);
      thread.start();
    }
    return supervision.await();
  }

  private static WorkerOutcome run(
      Worker<?> worker, LocalWorkerContext context, Supervision supervision) {
    try (Allocator allocator = Allocator.create("rank " + context.rank(), Long.MAX_VALUE)) {
      Allocator.Binding binding = allocator.bind();
      try {
        return WorkerOutcome.success(context.rank(), worker.run(context));
      } finally {
        context.abort();
        binding.close();
      }
    } catch (Throwable e) {
      return WorkerOutcome.failure(context.rank(), e, supervision.nextFailure());
    }
  }
}
