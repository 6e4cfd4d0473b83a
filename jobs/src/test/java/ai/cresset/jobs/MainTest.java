package ai.cresset.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class MainTest {
  private static final String SMALL =
      System.getProperty("cresset.home") + "/conf/gpt-char-small.yaml";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void configPrintsTheSettingsInForce() {
    assertEquals(0, run("config", SMALL, "train.steps=7", "data.path=a b"));
    assertTrue(out.toString().contains("  steps: 7\n"), out.toString());
    assertTrue(out.toString().contains("  path: \"a b\"\n"), out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void wrongSettingsAreExitCode2AndOneLine() {
    assertEquals(2, run("config", SMALL, "trian.steps=5"));
    assertEquals(
        "error: override 'trian.steps=5': unknown setting 'trian.steps'; did you mean"
            + " 'train.steps'?\n",
        err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void wrongCommandLinesAreExitCode2() {
    assertEquals(2, run());
    assertTrue(err.toString().contains("inspect"));
    assertEquals(2, run("confgi", SMALL));
    assertEquals(2, run("config"));
    assertEquals(2, run("config", SMALL, "--unknown"));
    assertEquals(0, run("--help"));
    assertEquals(0, run("config", "--help"));
  }

  @Test
  void stackTracesAreForThoseWhoAsk() {
    run("config", SMALL, "trian.steps=5");
    assertFalse(err.toString().contains("\tat "));
    run("config", SMALL, "trian.steps=5", "--stacktrace");
    assertTrue(err.toString().contains("\tat ai.cresset.jobs"), err.toString());
  }

  @Test
  void theRootCauseComesFirst() {
    Throwable failure =
        new IllegalStateException(
            "Job aborted due to stage failure: long story",
            new RuntimeException(DataException.because("x.txt: not UTF-8 text")));
    assertEquals(1, new ErrorReport(failure).print(new PrintWriter(err), false));
    assertEquals("error: x.txt: not UTF-8 text\n", err.toString());
    assertEquals(
        2,
        new ErrorReport(new RuntimeException(ConfigException.because("no")))
            .print(new PrintWriter(err), false));
    assertEquals(
        1,
        new ErrorReport(new RuntimeException(new java.io.IOException("disk full\nmore")))
            .print(new PrintWriter(err), false));
    assertTrue(
        err.toString().contains("error: unexpected java.io.IOException: disk full\n"),
        err.toString());
  }
}
