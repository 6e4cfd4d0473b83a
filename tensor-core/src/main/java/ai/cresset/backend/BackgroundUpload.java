package ai.cresset.backend;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;

/** Copies from host memory that travel while kernels run: what a feed of batches needs. */
public interface BackgroundUpload {
  /** A copy under way. */
  interface Transfer {
    /** Where it goes, with one reference, which is the caller's. */
    Storage target();

    /**
     * Makes kernels that are started from now on come after the copy. The host does not wait. To be
     * called once, before the target is used; releasing the target without it is fine.
     */
    void join();
  }

  /**
   * Starts a copy into new memory of this device. The host memory has been read when this returns.
   *
   * @param allocator to which the target is accounted
   */
  Transfer begin(Allocator allocator, long hostAddress, long bytes);
}
