package ai.cresset.type;

import java.util.Locale;

/** Where a tensor lives: a kind of device and its index among those of its kind. */
public record Device(Kind kind, int index) {
  /** Kinds of devices. {@code REFERENCE} is the slow specification on host memory. */
  public enum Kind {
    CPU,
    CUDA,
    REFERENCE
  }

  /** Host memory, fast kernels. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  /** Host memory, the specification's kernels. */
  public static final Device REFERENCE = new Device(Kind.REFERENCE, 0);

  public Device {
    if (index < 0 || (kind != Kind.CUDA && index != 0)) {
      throw new IllegalArgumentException("device index " + index + " for " + kind);
    }
  }

  /** The CUDA device of this index. */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /** Whether kernels of the host may read the memory directly. */
  public boolean isHost() {
    return kind != Kind.CUDA;
  }

  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return kind == Kind.CUDA ? name + ":" + index : name;
  }
}
