package ai.cresset.type;

import ai.cresset.error.ConfigException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern CUDA_NAME = Pattern.compile("cuda(?::([0-9]{1,4}))?");

  public Device {
    if (index < 0 || (kind != Kind.CUDA && index != 0)) {
      throw new IllegalArgumentException("device index " + index + " for " + kind);
    }
  }

  /** The CUDA device of this index. */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /**
   * The device of a name as {@link #toString} gives it: {@code cpu}, {@code reference}, {@code
   * cuda:1}, or {@code cuda} for the first one.
   *
   * @throws ConfigException for any other text
   */
  public static Device parse(String name) {
    String text = name.strip().toLowerCase(Locale.ROOT);
    if (text.equals("cpu")) {
      return CPU;
    }
    if (text.equals("reference")) {
      return REFERENCE;
    }
    Matcher cuda = CUDA_NAME.matcher(text);
    if (!cuda.matches()) {
      throw ConfigException.value("device", name, "cpu, cuda, or cuda with an index, as in cuda:0");
    }
    return cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
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
