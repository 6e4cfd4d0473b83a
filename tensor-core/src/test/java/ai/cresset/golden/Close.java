package ai.cresset.golden;

import ai.cresset.tensor.Tensor;
import org.junit.jupiter.api.Assertions;

/** Compares with a relative tolerance and an absolute one. */
public final class Close {
  private Close() {}

  public static void assertClose(
      String what, double[] expected, Tensor got, double relative, double absolute) {
    assertClose(what, expected, got.toDoubleArray(), relative, absolute);
  }

  public static void assertClose(
      String what, double[] expected, double[] got, double relative, double absolute) {
    Assertions.assertEquals(expected.length, got.length, what + ": number of elements");
    for (int i = 0; i < expected.length; i++) {
      double allowed = absolute + relative * Math.abs(expected[i]);
      if (!(Math.abs(expected[i] - got[i]) <= allowed)) {
        Assertions.fail(
            what + "[" + i + "]: expected " + expected[i] + ", got " + got[i] + " +- " + allowed);
      }
    }
  }
}
