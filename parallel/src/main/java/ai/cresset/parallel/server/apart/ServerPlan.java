package ai.cresset.parallel.server.apart;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.error.ConfigException;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.server.ServerDirectory;
import ai.cresset.parallel.server.ServerGroup;
import ai.cresset.parallel.server.ServerOptions;
import ai.cresset.parallel.server.ServerPlace;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What servers in processes of their own and their workers need to know of each other. Sent to all
 * of them. Its text never shows the secret.
 *
 * @param servers how many
 * @param workers how many ask them
 * @param options what all agree on
 * @param store where snapshots are, and where servers say where they are; all must see the same
 * @param run a name that no other run has
 * @param secret what servers and workers share
 */
public record ServerPlan(
    int servers, int workers, ServerOptions options, StoreOpener store, String run, byte[] secret)
    implements Serializable {
  public ServerPlan {
    if (servers < 1) {
      throw ConfigException.value("ServerPlan.servers", servers, "a number of at least 1");
    }
    if (workers < 1) {
      throw ConfigException.value("ServerPlan.workers", workers, "a number of at least 1");
    }
    secret = secret.clone();
  }

  /** With a new secret. */
  public static ServerPlan of(
      int servers, int workers, ServerOptions options, StoreOpener store, String run) {
    return new ServerPlan(servers, workers, options, store, run, JobSecret.random());
  }

  /** Opens a store in any process. */
  public interface StoreOpener extends Serializable {
    CheckpointStore open();
  }

  ServerDirectory directory() {
    return new ServerDirectory(store.open(), run);
  }

  ServerPlace place(int attempt, boolean encrypt) {
    return new ServerPlace(servers, workers, attempt, encrypt);
  }

  /**
   * Meets the servers. Every worker calls it.
   *
   * @param group of all workers; null for one that is alone
   * @param attempt of the workers
   * @param encrypt whether channels are encrypted, as the servers were told too
   */
  public ServerGroup connect(@Nullable ProcessGroup group, int attempt, boolean encrypt) {
    return ServerGroup.apart(group, place(attempt, encrypt), options, secret, directory());
  }

  @Override
  public byte[] secret() {
    return secret.clone();
  }

  @Override
  public String toString() {
    return servers + " parameter servers for " + workers + " workers of run " + run;
  }
}
