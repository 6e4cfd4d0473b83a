package ai.cresset.parallel.launch;

import ai.cresset.parallel.comm.Rendezvous;
import ai.cresset.parallel.comm.store.PrefixStore;
import ai.cresset.parallel.comm.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Ranks meet at a store. Each attempt has keys of its own. */
public final class StoreRendezvous implements Rendezvous {
  private final Store store;
  private final int rank;
  private final int worldSize;
  private final int attempt;
  private final Duration timeout;
  private int rounds;

  public StoreRendezvous(Store store, int rank, int worldSize, int attempt, Duration timeout) {
    this.store = new PrefixStore(store, "rendezvous/" + attempt);
    this.rank = rank;
    this.worldSize = worldSize;
    this.attempt = attempt;
    this.timeout = timeout;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int worldSize() {
    return worldSize;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public List<String> exchange(String line) {
    String round = rounds++ + "/";
    store.set(round + rank, line.getBytes(StandardCharsets.UTF_8));
    List<String> keys = IntStream.range(0, worldSize).mapToObj(each -> round + each).toList();
    store.await(keys, timeout);
    return keys.stream()
        .map(key -> new String(store.get(key, timeout), StandardCharsets.UTF_8))
        .toList();
  }
}
