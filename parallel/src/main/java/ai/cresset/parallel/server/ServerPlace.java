package ai.cresset.parallel.server;

import ai.cresset.error.ConfigException;
import ai.cresset.parallel.comm.handshake.Hello;

/**
 * Which job servers and workers belong to. Alike everywhere.
 *
 * @param servers how many there are
 * @param workers how many ask them
 * @param attempt of the job; channels of another one are refused
 * @param encrypt whether channels are encrypted
 */
public record ServerPlace(int servers, int workers, int attempt, boolean encrypt) {
  public ServerPlace {
    if (servers < 1) {
      throw ConfigException.value("ServerPlace.servers", servers, "a number of at least 1");
    }
    if (workers < 1) {
      throw ConfigException.value("ServerPlace.workers", workers, "a number of at least 1");
    }
  }

  /** The same in another attempt. */
  ServerPlace at(int other) {
    return new ServerPlace(servers, workers, other, encrypt);
  }

  /** What a worker says to a server, or a server about itself. */
  Hello hello(String lane, int rank, int peer) {
    return new Hello(Hello.Purpose.SERVER, lane, rank, peer, workers, attempt, encrypt, false, 0);
  }
}
