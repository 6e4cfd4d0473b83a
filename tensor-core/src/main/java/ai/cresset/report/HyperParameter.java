package ai.cresset.report;

import java.util.regex.Pattern;

/**
 * A setting as TensorBoard's page of hyper-parameters takes it: a number, a truth value or text.
 */
final class HyperParameter {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final int TEXT = 1;
  private static final int TRUTH = 2;
  private static final int FLOAT64 = 3;

  private HyperParameter() {}

  /** {@code DataType} of the protocol. */
  static int type(String text) {
    if (text.equals("true") || text.equals("false")) {
      return TRUTH;
    }
    return NUMBER.matcher(text).matches() ? FLOAT64 : TEXT;
  }

  /** {@code google.protobuf.Value}. */
  static ProtocolBuffer value(String text) {
    return switch (type(text)) {
      case TRUTH -> new ProtocolBuffer().integer(4, text.equals("true") ? 1 : 0);
      case FLOAT64 -> new ProtocolBuffer().float64(2, Double.parseDouble(text));
      default -> new ProtocolBuffer().text(3, text);
    };
  }
}
