package ai.cresset.random;

import org.jspecify.annotations.Nullable;

/**
 * Hands out counters of one Philox stream. Its state is two numbers, so that a checkpoint can
 * restore it and a recomputation can repeat it. Confined to one thread.
 */
public final class Generator {
  private static final ThreadLocal<@Nullable Generator> CURRENT = new ThreadLocal<>();

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
    seed = newSeed;
    offset = 0;
  }

  /** A key for {@code numel} elements; the next key does not overlap it. */
  public Key reserve(long numel) {
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
    seed = state.seed();
    offset = state.offset();
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
