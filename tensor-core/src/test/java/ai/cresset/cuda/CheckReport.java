package ai.cresset.cuda;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Lines of a check, one figure or verdict each, and whether all is well. */
final class CheckReport {
  private final PrintStream out;
  private final List<String> failures = new ArrayList<>();

  CheckReport(PrintStream out) {
    this.out = out;
  }

  void say(String text) {
    out.println(text);
    out.flush();
  }

  /** A line that begins with {@code ok} or {@code FAILED}. */
  void verdict(boolean good, String text) {
    say((good ? "ok     " : "FAILED ") + text);
    if (!good) {
      failures.add(text);
    }
  }

  List<String> failures() {
    return List.copyOf(failures);
  }
}
