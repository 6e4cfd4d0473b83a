package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a NaN first appears in a backward pass ({@code torch.autograd.detect_anomaly}).
 * Operations recorded in the mode remember where they were called, and a backward pass run in it
 * looks at every gradient. Slow: a stack trace for each operation, a pass over each gradient.
 */
final class AnomalyMode {
  private static final String LIBRARY = "ai.cresset.tensor.";

  private AnomalyMode() {}

  /** Enters the mode until the result is closed. */
  static GradMode.Restore enable() {
    Mode mode = Mode.current();
    boolean before = mode.isAnomaly();
    mode.anomaly(true);
    return () -> mode.anomaly(before);
  }

  /** Throws if a gradient that a node made has a NaN. */
  static void check(Node node, List<@Nullable Tensor> results) {
    for (int i = 0; i < results.size(); i++) {
      Tensor gradient = results.get(i);
      if (gradient != null && hasNan(gradient)) {
        Throwable forward = node.forwardCall();
        throw BackwardException.anomaly(
            node.name(), i, gradient.spec(), forward == null ? null : site(forward), forward);
      }
    }
  }

  private static boolean hasNan(Tensor gradient) {
    try (GradMode.Restore off = GradMode.disable();
        Tensor plain = gradient.detach();
        Tensor nan = plain.ne(plain);
        Tensor count = nan.sum()) {
      return count.item() > 0;
    }
  }

  /** The first frame of a trace that is not the tensor library's own. */
  static String site(Throwable trace) {
    StackTraceElement[] frames = trace.getStackTrace();
    for (StackTraceElement frame : frames) {
      if (!frame.getClassName().startsWith(LIBRARY) || isTest(frame)) {
        return frame.toString();
      }
    }
    return frames.length == 0 ? "an unknown place" : frames[frames.length - 1].toString();
  }

  /** Tests of the library live in its packages. */
  private static boolean isTest(StackTraceElement frame) {
    String name = frame.getClassName();
    int nested = name.indexOf('$');
    return (nested < 0 ? name : name.substring(0, nested)).endsWith("Test");
  }
}
