package ai.cresset.parallel.server.apart;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.server.ServerAccount;
import ai.cresset.parallel.server.ServerDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a run as whoever starts them sees them: each has a thread here that waits for its
 * process. {@link #close} tells them to end, after the workers have.
 */
public final class ServersApart implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final ServerDirectory directory;
  private final Consumer<String> notices;
  private final List<Thread> threads = new ArrayList<>();
  private final @Nullable ServerAccount[] accounts;

  /** Starts a process that runs a server, again if it is lost, and waits for its end. */
  public interface Starter {
    ServerAccount run(ServerHost host);
  }

  private ServersApart(ServerPlan plan, Consumer<String> notices) {
    this.directory = plan.directory();
    this.notices = notices;
    this.accounts = new ServerAccount[plan.servers()];
  }

  /**
   * Begins to start all servers; workers wait for them when they connect.
   *
   * @param starter called by one thread for each server, for example {@code host ->
   *     launcher.launch(host).get(0)} with a launcher of one worker
   * @param notices told when a server is lost for good
   */
  public static ServersApart start(ServerPlan plan, Starter starter, Consumer<String> notices) {
    ServersApart all = new ServersApart(plan, notices);
    for (int server = 0; server < plan.servers(); server++) {
      ServerHost host = new ServerHost(plan, server);
      Thread thread = new Thread(() -> all.run(host, starter), "parameter-server-" + server);
      thread.setDaemon(true);
      all.threads.add(thread);
      thread.start();
    }
    return all;
  }

  private void run(ServerHost host, Starter starter) {
    try {
      ServerAccount account = starter.run(host);
      synchronized (accounts) {
        accounts[host.server()] = account;
      }
    } catch (RuntimeException e) {
      notices.accept("parameter server " + host.server() + " is lost: " + e.getMessage());
    }
  }

  /** What the servers held in the end; those that were lost for good are left out. */
  public List<ServerAccount> accounts() {
    List<ServerAccount> known = new ArrayList<>();
    synchronized (accounts) {
      for (ServerAccount each : accounts) {
        if (each != null) {
          known.add(each);
        }
      }
    }
    return known;
  }

  /** Ends the servers and waits for their processes. */
  @Override
  public void close() {
    try {
      directory.end();
      for (Thread thread : threads) {
        TimeUnit.NANOSECONDS.timedJoin(thread, GRACE.toNanos());
      }
      directory.delete();
    } catch (IOException e) {
      throw CommunicationException.because("parameter servers cannot be told to end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
