package ai.cresset.jobs;

import ai.cresset.error.ConfigException;
import ai.cresset.error.CressetException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people see of a failure: one message, the root cause first. Spark wraps what a task threw;
 * the wrapping is of use only to those who ask for the stack trace.
 */
final class ErrorReport {
  private final Throwable failure;

  ErrorReport(Throwable failure) {
    this.failure = failure;
  }

  /** Prints the message; returns the exit code. */
  int print(PrintWriter err, boolean stacktrace) {
    CressetException known = known();
    if (known != null) {
      err.println("error: " + known.getMessage());
    } else {
      Throwable root = chain().get(chain().size() - 1);
      err.println("error: unexpected " + root.getClass().getName() + ": " + firstLine(root));
      err.println("       (--stacktrace shows where)");
    }
    if (stacktrace) {
      failure.printStackTrace(err);
    }
    err.flush();
    return known instanceof ConfigException ? 2 : 1;
  }

  /** The deepest error of our own: an outer one only says what failed because of it. */
  private @Nullable CressetException known() {
    CressetException known = null;
    for (Throwable cause : chain()) {
      if (cause instanceof CressetException own) {
        known = own;
      }
    }
    return known;
  }

  private List<Throwable> chain() {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable t = failure; t != null && !chain.contains(t); t = t.getCause()) {
      chain.add(t);
    }
    return chain;
  }

  private static String firstLine(Throwable throwable) {
    String message = String.valueOf(throwable.getMessage());
    return message.lines().findFirst().orElse("");
  }
}
