package ai.cresset.jobs.config;

import ai.cresset.error.ConfigException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns the text of one value into what the setting's type wants, or says what was expected. */
final class ScalarType {
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+(_[0-9]+)*");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+(_[0-9]+)*(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern WITH_UNIT =
      Pattern.compile("[+-]?[0-9][0-9_.]*\\s*(%|[A-Za-zµ]+(/[a-z]+)?)");

  private ScalarType() {}

  static Object convert(String path, String text, Class<?> type) {
    if (type == String.class) {
      return text;
    }
    String value = text.strip();
    if (type == int.class || type == Integer.class) {
      return Math.toIntExact(whole(path, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
    if (type == long.class || type == Long.class) {
      return whole(path, value, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == double.class || type == Double.class) {
      return decimal(path, value);
    }
    if (type == boolean.class || type == Boolean.class) {
      return bool(path, value);
    }
    if (type.isEnum()) {
      return constant(path, value, type);
    }
    throw new IllegalArgumentException(path + ": no setting can be of " + type);
  }

  private static long whole(String path, String text, long least, long most) {
    if (!WHOLE.matcher(text).matches()) {
      throw refused(path, text, "a whole number");
    }
    try {
      long value = Long.parseLong(text.replace("_", ""));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Too long for 64 bits: refused below, like what is too long for the setting.
    }
    throw refused(path, text, "a whole number from " + least + " to " + most);
  }

  private static double decimal(String path, String text) {
    if (!DECIMAL.matcher(text).matches()) {
      throw refused(path, text, "a number");
    }
    double value = Double.parseDouble(text.replace("_", ""));
    if (Double.isInfinite(value)) {
      throw refused(path, text, "a number that fits a double");
    }
    return value;
  }

  private static boolean bool(String path, String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw refused(path, text, "true or false");
  }

  private static Object constant(String path, String text, Class<?> type) {
    for (Object constant : type.getEnumConstants()) {
      if (name(constant).equals(text)) {
        return constant;
      }
    }
    String names =
        Arrays.stream(type.getEnumConstants())
            .map(ScalarType::name)
            .collect(Collectors.joining(", "));
    throw refused(path, text, "one of " + names);
  }

  /** How a constant is written in recipes. */
  static String name(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
  }

  private static ConfigException refused(String path, String text, String expected) {
    String plain =
        WITH_UNIT.matcher(text).matches() && expected.contains("number")
            ? expected + " without a unit"
            : expected;
    return ConfigException.value(path, "'" + text + "'", plain);
  }
}
