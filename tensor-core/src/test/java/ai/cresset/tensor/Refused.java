package ai.cresset.tensor;

import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.CressetException;
import org.junit.jupiter.api.function.Executable;

/** What the library says when it refuses something. */
public final class Refused {
  private Refused() {}

  /** The text of the exception that {@code call} must throw. */
  public static String message(Class<? extends CressetException> type, Executable call) {
    return String.valueOf(assertThrows(type, call).getMessage());
  }
}
