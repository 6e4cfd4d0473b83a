package ai.cresset.backend.cpu;

/** The last step of a reduction in 16 lanes: halves are folded onto each other. */
public final class Lanes {
  /** Lanes of every float32 reduction, whatever the width of the machine's vectors. */
  public static final int COUNT = 16;

  private Lanes() {}

  /** Adds the lanes up; destroys them. */
  public static float sum(float[] lanes) {
    for (int width = COUNT / 2; width > 0; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        lanes[lane] += lanes[lane + width];
      }
    }
    return lanes[0];
  }

  /** The largest lane; destroys them. */
  public static float max(float[] lanes) {
    for (int width = COUNT / 2; width > 0; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        lanes[lane] = Math.max(lanes[lane], lanes[lane + width]);
      }
    }
    return lanes[0];
  }
}
