package ai.cresset.parallel.comm.store;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A part of another store, under keys of its own. Closing it leaves the other one open. */
public final class PrefixStore implements Store {
  private final Store store;
  private final String prefix;

  public PrefixStore(Store store, String prefix) {
    this.store = store;
    this.prefix = prefix + "/";
  }

  @Override
  public void set(String key, byte[] value) {
    store.set(prefix + key, value);
  }

  @Override
  public byte[] get(String key, Duration atMost) {
    return store.get(prefix + key, atMost);
  }

  @Override
  public long add(String key, long amount) {
    return store.add(prefix + key, amount);
  }

  @Override
  public byte @Nullable [] compareAndSet(String key, byte @Nullable [] expected, byte[] desired) {
    return store.compareAndSet(prefix + key, expected, desired);
  }

  @Override
  public void await(Collection<String> keys, Duration atMost) {
    store.await(keys.stream().map(key -> prefix + key).toList(), atMost);
  }

  @Override
  public boolean delete(String key) {
    return store.delete(prefix + key);
  }

  @Override
  public void close() {}
}
