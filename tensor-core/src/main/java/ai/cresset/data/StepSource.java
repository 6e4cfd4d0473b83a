package ai.cresset.data;

import org.jspecify.annotations.Nullable;

/** The steps that a loader reads, in order. Asked by one thread at a time. */
interface StepSource extends AutoCloseable {
  /** What the next step is made of; null after the last. */
  @Nullable PlannedStep next();

  /** Releases what it reads from. */
  @Override
  void close();
}
