package ai.cresset.parallel.comm;

import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.collective.Fingerprint;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Memory of this rank which all other ranks of its group reach as well, where they run on one host.
 * An all-reduce of a slice of it moves nothing through channels: each rank combines its part of all
 * ranks' memory and puts the result into all of them, in the order of additions of other slices.
 *
 * <p>While an operation on it is under way nobody may touch the slice; otherwise it is memory like
 * any other.
 */
public final class CommonMemory implements AutoCloseable {
  private final Storage own;
  private final List<Storage> all;
  private final int number;
  private final @Nullable String refusal;
  private final Consumer<CommonMemory> forget;
  private boolean closed;

  /**
   * @param all by rank; empty where it is this rank's alone
   * @param number among the group's
   * @param refusal why it is this rank's alone
   * @param forget is told when it is closed
   */
  CommonMemory(
      Storage own,
      List<Storage> all,
      int number,
      @Nullable String refusal,
      Consumer<CommonMemory> forget) {
    this.own = own;
    this.all = all;
    this.number = number;
    this.refusal = refusal;
    this.forget = forget;
  }

  /** This rank's memory: zeros at first. */
  public Storage storage() {
    return own;
  }

  /** Why other ranks do not reach it, so that operations use channels as ever; null if they do. */
  public @Nullable String refusal() {
    return refusal;
  }

  /** The same part of every rank's memory, by rank; empty where it is this rank's alone. */
  List<Slice> slices(Slice slice) {
    return all.stream()
        .map(each -> new Slice(each, slice.byteOffset(), slice.count(), slice.dtype()))
        .toList();
  }

  /** What tells its parts apart from those of other memory; not 0. */
  int layout(Slice slice) {
    return Objects.hash(number, slice.byteOffset()) | Fingerprint.IN_COMMON_MEMORY;
  }

  /**
   * Gives the memory of all ranks up; tensors may still hold this rank's. Operations have ended.
   */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      forget.accept(this);
      if (all.isEmpty()) {
        own.release();
      } else {
        all.forEach(Storage::release);
      }
    }
  }
}
