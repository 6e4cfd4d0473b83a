package ai.cresset.backend.cpu;

import org.bytedeco.javacpp.Pointer;

/**
 * Pages that the C library keeps although nothing is in them. For each primitive, oneDNN tries
 * several implementations, whose descriptions take up to 256 KiB each, aligned; and glibc before
 * 2.38 does not find the hole that one leaves when it looks for room for the next. Left alone, as
 * much again as the primitives themselves take would stay resident.
 */
final class UnusedPages {
  private static final Object LOCK = new Object();
  private static long end = System.nanoTime();
  private static long took;

  private UnusedPages() {}

  /**
   * Gives them back to the system, unless that would take more than half of the time since it was
   * done last: in a process with much memory it takes milliseconds.
   */
  static void giveBack() {
    synchronized (LOCK) {
      long begin = System.nanoTime();
      if (begin - end >= took) {
        Pointer.trimMemory();
        end = System.nanoTime();
        took = end - begin;
      }
    }
  }
}
