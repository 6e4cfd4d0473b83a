package ai.cresset.parallel.comm.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a process can share memory, as it tells its peers. Equal places are a reason to try, no
 * proof: the proof is that each side reads what the other wrote.
 *
 * @param boot the boot of the kernel, or {@link #NONE}
 * @param device the device behind the directory: containers of one host may have their own
 * @param problem why there is none; empty if there is one
 */
public record SharedMemoryPlace(String boot, long device, String problem) {
  /** The directory, a file system in memory. */
  static final Path DIRECTORY = Path.of("/dev/shm");

  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final String NONE = "none";

  /** What this process has. */
  public static SharedMemoryPlace here() {
    return of(DIRECTORY);
  }

  /** What {@code directory} offers. */
  static SharedMemoryPlace of(Path directory) {
    try {
      if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
        return none(directory + " does not exist or may not be written");
      }
      String type = Files.getFileStore(directory).type();
      if (!type.equals("tmpfs") && !type.equals("ramfs")) {
        return none(directory + " is of type " + type + ", not tmpfs");
      }
      long device = ((Number) Files.getAttribute(directory, "unix:dev")).longValue();
      return new SharedMemoryPlace(Files.readString(BOOT).trim(), device, "");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return none("this system has no " + directory + " (" + e.getMessage() + ")");
    }
  }

  /** Free bytes of the directory; 0 if that cannot be found out. */
  public static long freeBytes() {
    try {
      return Files.getFileStore(DIRECTORY).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  private static SharedMemoryPlace none(String problem) {
    return new SharedMemoryPlace(NONE, 0, problem);
  }

  /** For the line of an address: no spaces. */
  public String word() {
    return boot + "/" + device;
  }

  /** What a peer's word says; its problem is known only there. */
  public static SharedMemoryPlace parse(String word) {
    int slash = word.lastIndexOf('/');
    if (slash <= 0 || !word.substring(slash + 1).matches("[0-9]{1,18}")) {
      throw new IllegalArgumentException("'" + word + "' names no shared memory");
    }
    String boot = word.substring(0, slash);
    String problem = boot.equals(NONE) ? "it has no shared memory" : "";
    return new SharedMemoryPlace(boot, Long.parseLong(word.substring(slash + 1)), problem);
  }

  /** Whether both run on one kernel, in one container or in several. */
  public boolean sharesHostWith(SharedMemoryPlace other) {
    return !boot.equals(NONE) && boot.equals(other.boot);
  }

  /** Whether it is worth a try. */
  public boolean fits(SharedMemoryPlace other) {
    return sharesHostWith(other) && device == other.device;
  }
}
