package ai.cresset.cuda;

import ai.cresset.type.Device;
import java.io.PrintStream;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/**
 * Checks a CUDA device from end to end and prints a dated report; {@code deploy/gpu/check.sh} runs
 * it. The exit code is 0 if all is well, 1 if not, 2 if there is no device.
 */
final class CudaCheck {
  private static final int STEPS = 20;

  private CudaCheck() {}

  /** {@code --quick} leaves out the tests; {@code --tiny} takes what an emulator can do too. */
  public static void main(String[] arguments) {
    List<String> options = List.of(arguments);
    String absence = Cuda.whyNot().orElse("");
    if (!absence.isEmpty()) {
      System.out.println(absence);
      System.exit(2);
    }
    boolean tiny = options.contains("--tiny");
    CheckReport report = new CheckReport(System.out);
    figures(report, tiny, STEPS);
    if (!options.contains("--quick")) {
      SuiteCheck.run(report, tiny);
    }
    System.exit(verdict(report).isEmpty() ? 0 : 1);
  }

  /** Training for so many steps, and figures; what failed. */
  static List<String> run(PrintStream out, boolean tiny, int steps) {
    CheckReport report = new CheckReport(out);
    figures(report, tiny, steps);
    return verdict(report);
  }

  private static List<String> verdict(CheckReport report) {
    int failed = report.failures().size();
    report.say(failed == 0 ? "all is well" : failed + " checks failed");
    return report.failures();
  }

  private static void figures(CheckReport report, boolean tiny, int steps) {
    Device device = Cuda.current();
    report.say(
        String.format(
            Locale.ROOT, "Cresset on CUDA, %s", OffsetDateTime.now(ZoneOffset.UTC).withNano(0)));
    report.say(
        String.format(
            Locale.ROOT,
            "%d devices; %s: %s",
            Cuda.deviceCount(),
            device,
            Cuda.properties(device)));
    report.say(
        String.format(
            Locale.ROOT,
            "Java %s, %s %s",
            System.getProperty("java.version"),
            System.getProperty("os.name"),
            System.getProperty("os.version")));
    TrainingCheck training = new TrainingCheck(report, device, steps);
    TimingCheck timing = new TimingCheck(report, device);
    if (tiny) {
      training.gpt(1, 16, 8, 2);
      training.cnn(1, 1);
      timing.launches(10);
      timing.copies(1 << 16, 2);
      timing.products(16, 16, 8, 1);
    } else {
      training.gpt(4, 128, 128, 12);
      training.cnn(16, 32);
      timing.launches(20_000);
      timing.copies(256 << 20, 10);
      timing.products(8192, 12 * 1024, 1024, 20);
    }
  }
}
