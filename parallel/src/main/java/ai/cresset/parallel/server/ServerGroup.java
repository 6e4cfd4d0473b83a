package ai.cresset.parallel.server;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.parallel.comm.ProcessGroup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker's client of all servers, and its own server where there is one beside each worker of a
 * group.
 */
public final class ServerGroup implements AutoCloseable {
  private final @Nullable ProcessGroup group;
  private final @Nullable ParameterServer server;
  private final ServerClient client;
  private boolean left;

  private ServerGroup(
      @Nullable ProcessGroup group, @Nullable ParameterServer server, ServerClient client) {
    this.group = group;
    this.server = server;
    this.client = client;
  }

  /**
   * Starts this rank's server and meets the others'. Every rank calls it.
   *
   * @param group of all workers; null for one that is alone
   * @param attempt of the job
   * @param host the address to listen on and to give to the others
   * @param secret what all of the job share
   * @param snapshots where snapshots are; null for none
   */
  public static ServerGroup beside(
      @Nullable ProcessGroup group,
      int attempt,
      String host,
      byte[] secret,
      ServerOptions options,
      @Nullable CheckpointStore snapshots) {
    int rank = group == null ? 0 : group.rank();
    int size = group == null ? 1 : group.size();
    boolean encrypt = group != null && group.options().encrypt();
    ServerPlace place = new ServerPlace(size, size, attempt, encrypt);
    ParameterServer server =
        ParameterServer.start(rank, place, options, host, secret, snapshots, false);
    boolean done = false;
    try {
      byte[] own = server.address().getBytes(StandardCharsets.UTF_8);
      List<byte[]> addresses = group == null ? List.of(own) : group.allGatherBytes(own);
      ServerClient client =
          ServerClient.connect(
              rank,
              place,
              options,
              secret,
              number -> new String(addresses.get(number), StandardCharsets.UTF_8),
              server);
      done = true;
      return new ServerGroup(group, server, client);
    } finally {
      if (!done) {
        server.close();
      }
    }
  }

  /**
   * Meets servers in processes of their own.
   *
   * @param group of all workers; null for one that is alone
   * @param place says in which attempt the workers are
   * @param secret what workers and servers share
   * @param directory where the servers say where they are
   */
  public static ServerGroup apart(
      @Nullable ProcessGroup group,
      ServerPlace place,
      ServerOptions options,
      byte[] secret,
      ServerDirectory directory) {
    int rank = group == null ? 0 : group.rank();
    return new ServerGroup(
        group, null, ServerClient.connect(rank, place, options, secret, directory::address, null));
  }

  /** What this rank asks. */
  public ServerClient client() {
    return client;
  }

  /** Puts all servers back to a snapshot; those of step 0 are empty. Every rank calls it. */
  public void restore(long step) {
    if (client.worker() == 0) {
      client.restore(step);
    }
    barrier();
    client.at(step);
  }

  /** Stores the rows of all servers under the number of steps done. Every rank calls it. */
  public void snapshot() {
    barrier();
    if (client.worker() == 0) {
      client.snapshot();
    }
    barrier();
  }

  private void barrier() {
    if (group != null) {
      group.barrier();
    }
  }

  /** Says that all work is done; no server ends before all workers have said so. */
  public void leave() {
    client.leave();
    left = true;
    barrier();
  }

  /** Ends client and server; at once if this rank has not left. */
  @Override
  public void close() {
    client.close();
    if (server != null) {
      server.close();
    }
  }

  @Override
  public String toString() {
    return "worker " + client.worker() + " of parameter servers" + (left ? ", left" : "");
  }
}
