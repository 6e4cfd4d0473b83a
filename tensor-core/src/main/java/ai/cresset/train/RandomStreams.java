package ai.cresset.train;

import ai.cresset.random.Generator;
import ai.cresset.random.Philox;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * The random numbers of a rank: one stream for training, whose state goes into checkpoints, and
 * apart from it one for whatever else runs in between, so that an evaluation or a callback that
 * draws numbers changes no bit of the training.
 */
final class RandomStreams {
  private final Generator training;
  private final Generator others;

  RandomStreams(long seed, int rank) {
    training = new Generator(derive(seed, rank, 0));
    others = new Generator(derive(seed, rank, 1));
  }

  /** A seed that no other rank or purpose shares. */
  private static long derive(long seed, int rank, int purpose) {
    int[] words = new int[4];
    Philox.block(seed, (long) purpose << 32 | rank, words, 0);
    return words[0] & 0xffff_ffffL | (long) words[1] << 32;
  }

  /** Runs training with its stream as the thread's generator. */
  <T> T train(Supplier<T> body) {
    return use(training, body);
  }

  /** Runs anything else with the other stream. */
  <T> T aside(Supplier<T> body) {
    return use(others, body);
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
