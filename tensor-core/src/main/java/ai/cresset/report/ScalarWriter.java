package ai.cresset.report;

/** Takes figures by name and step. Confined to one thread at a time. */
public interface ScalarWriter extends AutoCloseable {
  /**
   * Writes a figure.
   *
   * @param name such as {@code training/loss}
   * @param step the step it belongs to
   */
  void write(String name, long step, double value);

  /** Brings what was written to where others see it. */
  void flush();

  @Override
  void close();
}
