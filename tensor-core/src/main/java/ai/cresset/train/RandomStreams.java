package ai.cresset.train;

import ai.cresset.random.Generator;
import ai.cresset.random.Philox;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * The random numbers of a rank: one stream for training, whose state goes into checkpoints, and
 * others for what runs in between, so that an evaluation or a callback that draws numbers changes
 * no bit of the training. These begin anew each time: what is drawn does not depend on how often
 * that was done before, which a resumed run does not know.
 */
final class RandomStreams {
  private static final int TRAINING = 0;
  private static final int EVALUATION = 1;
  private static final int CALLBACKS = 2;

  private final Generator training;
  private final long seed;
  private final int rank;

  RandomStreams(long seed, int rank) {
    this.training = new Generator(derive(seed, rank, TRAINING));
    this.seed = seed;
    this.rank = rank;
  }

  /** A seed that no other rank or purpose shares. */
  private static long derive(long seed, int rank, long purpose) {
    int[] words = new int[4];
    Philox.block(seed, purpose << 32 | rank, words, 0);
    return words[0] & 0xffff_ffffL | (long) words[1] << 32;
  }

  /** Runs training with its stream as the thread's generator. */
  <T> T train(Supplier<T> body) {
    return use(training, body);
  }

  /** Runs an evaluation. All have the same numbers, so that they differ by the weights alone. */
  <T> T evaluate(Supplier<T> body) {
    return use(new Generator(derive(seed, rank, EVALUATION)), body);
  }

  /** Runs a callback after so many steps. */
  <T> T callback(long step, Supplier<T> body) {
    return use(new Generator(derive(seed, rank, CALLBACKS + step)), body);
  }

  private static <T> T use(Generator generator, Supplier<T> body) {
    Generator before = Generator.use(generator);
    try {
      return body.get();
    } finally {
      Generator.use(before);
    }
  }

  void state(Generator.Key state) {
    training.state(state);
  }

  byte[] stateBytes() {
    Generator.Key state = training.state();
    return ByteBuffer.allocate(16).putLong(state.seed()).putLong(state.offset()).array();
  }

  static Generator.Key fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Generator.Key(buffer.getLong(), buffer.getLong());
  }
}
