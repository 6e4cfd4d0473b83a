package ai.cresset.train;

/** Gets a report every so many steps, and after the last, on the training thread. */
@FunctionalInterface
public interface ProgressListener {
  void progress(ProgressReport report);
}
