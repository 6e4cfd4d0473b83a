package ai.cresset.parallel.launch;

import ai.cresset.error.LaunchException;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.comm.store.TcpStoreServer;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Ranks as processes of this machine. They meet at a store in the launcher, and end with it. After
 * a failure the others are told to stop; those that do not are ended.
 */
public final class LocalProcessLauncher implements Launcher {
  private final LaunchOptions options;
  private final Consumer<Progress> progress;

  /** With {@code progress} called by one thread for each worker. */
  public LocalProcessLauncher(LaunchOptions options, Consumer<Progress> progress) {
    this.options = options;
    this.progress = progress;
  }

  public LocalProcessLauncher(LaunchOptions options) {
    this(options, ignored -> {});
  }

  @Override
  public <R extends Serializable> List<R> launch(Worker<R> worker) {
    byte[] bytes;
    try {
      bytes = WorkerFrames.serialize(worker);
    } catch (IOException e) {
      throw LaunchException.failed(
          "the worker cannot be sent to another process: " + e.getMessage(), e);
    }
    return Attempts.run(options.attempts(), attempt -> attempt(bytes, attempt));
  }

  private List<WorkerOutcome> attempt(byte[] worker, int attempt) {
    byte[] secret = JobSecret.random();
    List<ChildProcess> children = new ArrayList<>();
    try (TcpStoreServer store = TcpStoreServer.start(options.host(), secret, false)) {
      for (int rank = 0; rank < options.workers(); rank++) {
        children.add(
            ChildProcess.start(
                new WorkerAssignment(
                    rank,
                    options.workers(),
                    attempt,
                    options.coresPerWorker(),
                    options.device().kind().name(),
                    options.device().index(),
                    options.host(),
                    store.address(),
                    secret,
                    options.rendezvousTimeout().toMillis(),
                    worker),
                options.jvmArguments()));
      }
      return supervise(children, store);
    } finally {
      children.forEach(ChildProcess::kill);
    }
  }

  private List<WorkerOutcome> supervise(List<ChildProcess> children, TcpStoreServer store) {
    Supervision supervision =
        new Supervision(
            children.size(),
            options.stopTimeout(),
            () -> {
              // Who waits for the others at the store is freed too.
              store.store().close();
              children.forEach(ChildProcess::stop);
            });
    for (ChildProcess child : children) {
      Thread reader =
          new Thread(
              () -> supervision.ended(child.await(progress, supervision::nextFailure)),
              "cresset-worker-" + child.rank());
      reader.setDaemon(true);
      reader.start();
    }
    return supervision.await();
  }
}
