package ai.cresset.data;

/**
 * Where a run stands in its data.
 *
 * @param epoch from 0
 * @param step within the epoch, from 0
 */
public record DataPosition(long epoch, long step) {
  public DataPosition {
    if (epoch < 0 || step < 0) {
      throw new IllegalArgumentException("epoch " + epoch + ", step " + step);
    }
  }

  @Override
  public String toString() {
    return "epoch " + epoch + ", step " + step;
  }
}
