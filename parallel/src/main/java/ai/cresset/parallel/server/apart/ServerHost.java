package ai.cresset.parallel.server.apart;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.server.ParameterServer;
import ai.cresset.parallel.server.ServerAccount;
import ai.cresset.parallel.server.ServerDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process does that is a server and nothing else: any launcher runs it as the only worker of
 * a launch of its own, so that it is started again alone. Ends when {@link ServersApart} says so.
 *
 * @param plan of all
 * @param server which one this is
 */
public record ServerHost(ServerPlan plan, int server) implements Worker<ServerAccount> {
  private static final Logger LOG = LoggerFactory.getLogger(ServerHost.class);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public ServerAccount run(WorkerContext context) {
    return serve(context, context.encryptChannels());
  }

  /**
   * The same with a choice.
   *
   * @param encrypt whether channels are encrypted, as {@link ServerPlan#connect} is told too
   */
  public ServerAccount serve(WorkerContext context, boolean encrypt) {
    ServerDirectory directory = plan.directory();
    CountDownLatch stopped = new CountDownLatch(1);
    try (ParameterServer running =
        ParameterServer.apart(
            server,
            plan.place(0, encrypt),
            plan.options(),
            context.host(),
            plan.secret(),
            plan.store().open(),
            directory)) {
      context.onAbort(
          () -> {
            stopped.countDown();
            running.close();
          });
      LOG.info("server {} is at {}", server, running.address());
      awaitEnd(directory, stopped);
      return running.account();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommunicationException.because("parameter server " + server + " was interrupted", e);
    }
  }

  /** A store that cannot be read for a while is no reason to end. */
  private void awaitEnd(ServerDirectory directory, CountDownLatch stopped)
      throws InterruptedException {
    long seen = System.nanoTime();
    while (!stopped.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      try {
        if (directory.isEnded()) {
          return;
        }
        seen = System.nanoTime();
      } catch (IOException e) {
        if (System.nanoTime() - seen > PATIENCE.toNanos()) {
          throw CommunicationException.because(
              "parameter server " + server + " cannot see whether it is still needed", e);
        }
      }
    }
    throw CommunicationException.because(
        "parameter server " + server + " was stopped by its launcher");
  }
}
