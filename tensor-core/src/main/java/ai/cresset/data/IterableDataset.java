package ai.cresset.data;

import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Samples that come one after the other and in no other order ({@code
 * torch.utils.data.IterableDataset}): logs, sockets, files that are too large to look around in.
 */
public interface IterableDataset extends AutoCloseable {
  /**
   * The samples of an epoch, in the same order whenever they are asked for. The stream is read by
   * one thread at a time and closed when it is not needed any more; each sample is made afterwards,
   * by any thread, and its tensors belong to that thread's scope.
   *
   * @param epoch from 0
   */
  Stream<Supplier<Sample>> stream(long epoch);

  /** Releases files and memory. */
  @Override
  default void close() {}

  /**
   * Samples made of records.
   *
   * @param records those of an epoch, in order
   * @param sample what a record becomes; called by several threads
   */
  static <R> IterableDataset of(LongFunction<Stream<R>> records, Function<R, Sample> sample) {
    return epoch -> records.apply(epoch).map(each -> () -> sample.apply(each));
  }
}
