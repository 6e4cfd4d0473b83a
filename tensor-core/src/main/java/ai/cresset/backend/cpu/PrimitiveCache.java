package ai.cresset.backend.cpu;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;

/**
 * The primitives of oneDNN that one thread used last, by all that they depend on but the addresses.
 *
 * @param <K> shapes, strides, types and the like
 * @param <P> a primitive with its arguments
 */
final class PrimitiveCache<K, P extends PrimitiveCache.Kept> {
  /** Primitives that a thread keeps. */
  private static final int KEPT = 512;

  /** What is closed when it has not been used for long. */
  interface Kept extends AutoCloseable {
    @Override
    void close();
  }

  private final Function<K, Optional<P>> maker;
  private final stream stream;
  private final Map<K, Optional<P>> primitives =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Optional<P>> eldest) {
          if (size() <= KEPT) {
            return false;
          }
          eldest.getValue().ifPresent(Kept::close);
          return true;
        }
      };

  private PrimitiveCache(engine cpu, Function<K, Optional<P>> maker) {
    this.maker = maker;
    this.stream = new stream(cpu);
  }

  /**
   * One for each thread.
   *
   * @param maker makes a primitive, or nothing where oneDNN has none
   */
  static <K, P extends Kept> ThreadLocal<PrimitiveCache<K, P>> ofThreads(
      engine cpu, Function<K, Optional<P>> maker) {
    return ThreadLocal.withInitial(() -> new PrimitiveCache<>(cpu, maker));
  }

  /** Where the thread's primitives run. */
  stream stream() {
    return stream;
  }

  Optional<P> find(K key) {
    Optional<P> found = primitives.get(key);
    if (found == null) {
      found = maker.apply(key);
      primitives.put(key, found);
      UnusedPages.giveBack();
    }
    return found;
  }

  P get(K key) {
    return find(key).orElseThrow();
  }
}
