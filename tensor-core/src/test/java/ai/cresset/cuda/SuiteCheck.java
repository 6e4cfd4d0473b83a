package ai.cresset.cuda;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.List;
import java.util.Locale;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs every test of the tag {@code cuda}: conformance, goldens, gradients. */
final class SuiteCheck implements TestExecutionListener {
  private final CheckReport report;
  private int passed;
  private int failed;
  private int leftOut;

  private SuiteCheck(CheckReport report) {
    this.report = report;
  }

  /** Those of every build alone where {@code tiny}, otherwise all. */
  static void run(CheckReport report, boolean tiny) {
    LauncherDiscoveryRequestBuilder request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(List.of(selectPackage("ai.cresset")))
            .filters(EngineFilter.includeEngines("junit-jupiter"), TagFilter.includeTags("cuda"));
    if (tiny) {
      request.filters(TagFilter.excludeTags("long"));
    }
    SuiteCheck listener = new SuiteCheck(report);
    Launcher launcher = LauncherFactory.create();
    launcher.execute(request.build(), listener);
    report.verdict(
        listener.failed == 0 && listener.passed > 0,
        String.format(
            Locale.ROOT,
            "tests on the device: %d passed, %d failed, %d left out",
            listener.passed,
            listener.failed,
            listener.leftOut));
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    boolean good = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
    if (test.isTest() && good) {
      passed++;
    } else if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      leftOut++;
      report.say(
          String.format(Locale.ROOT, "left out: %s: %s", test.getDisplayName(), reason(result)));
    } else if (!good) {
      failed++;
      report.say(String.format(Locale.ROOT, "FAILED %s: %s", test.getUniqueId(), reason(result)));
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    leftOut++;
    report.say(String.format(Locale.ROOT, "left out: %s: %s", test.getDisplayName(), reason));
  }

  private static String reason(TestExecutionResult result) {
    return result.getThrowable().map(String::valueOf).orElse("no reason given");
  }
}
