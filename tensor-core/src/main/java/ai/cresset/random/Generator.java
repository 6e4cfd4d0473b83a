package ai.cresset.random;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands out counters of one Philox stream. Its state is two numbers, so that a checkpoint can
 * restore it and a recomputation can repeat it. Confined to one thread.
 */
public final class Generator {
  private static final ThreadLocal<@Nullable Generator> CURRENT = new ThreadLocal<>();
  private static final ThreadLocal<@Nullable Watch> WATCH = new ThreadLocal<>();

  private long seed;
  private long offset;

  public Generator(long seed) {
    this.seed = seed;
  }

  /** The thread's generator; a new one starts at seed 0. */
  public static Generator current() {
    Generator generator = CURRENT.get();
    if (generator == null) {
      generator = new Generator(0);
      CURRENT.set(generator);
    }
    return generator;
  }

  /** Makes {@code generator} the thread's own, and returns the one before. */
  public static Generator use(Generator generator) {
    Generator before = current();
    CURRENT.set(generator);
    return before;
  }

  /** Starts over under this seed ({@code torch.manual_seed}). */
  public void seed(long newSeed) {
    touch();
    seed = newSeed;
    offset = 0;
  }

  /** A key for {@code numel} elements; the next key does not overlap it. */
  public Key reserve(long numel) {
    touch();
    Key key = new Key(seed, offset);
    offset += (numel + 3) / 4;
    return key;
  }

  /** Where this generator stands. */
  public Key state() {
    return new Key(seed, offset);
  }

  /** Goes back (or on) to a state. */
  public void state(Key state) {
    touch();
    seed = state.seed();
    offset = state.offset();
  }

  private void touch() {
    for (Watch watch = WATCH.get(); watch != null; watch = watch.outer) {
      watch.before.putIfAbsent(this, state());
    }
  }

  /** Remembers from now on which generators this thread uses, until the result is closed. */
  public static Watch watch() {
    return new Watch();
  }

  /** Which generators a thread used, so that what it did can be repeated. Watches nest. */
  public static final class Watch implements AutoCloseable {
    private final Map<Generator, Key> before = new IdentityHashMap<>();
    private final @Nullable Watch outer = WATCH.get();

    private Watch() {
      WATCH.set(this);
    }

    /** Every generator that was drawn from or set, and where it stood before; a view. */
    public Map<Generator, Key> before() {
      return Collections.unmodifiableMap(before);
    }

    @Override
    public void close() {
      WATCH.set(outer);
    }
  }

  /**
   * A position in a stream.
   *
   * @param seed the Philox key
   * @param offset the counter of the first block
   */
  public record Key(long seed, long offset) {
    /** The key of an operation that draws nothing. */
    public static final Key NONE = new Key(0, 0);
  }
}
