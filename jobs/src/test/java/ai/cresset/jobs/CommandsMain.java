package ai.cresset.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Runs many commands in one process, which has the working directory, the options and the settings
 * of Spark that {@code deploy/local/run.sh} gives to one.
 */
public final class CommandsMain {
  private static final JsonMapper JSON = new JsonMapper();

  private CommandsMain() {}

  /** Reads the commands from the first file, and writes what each gave to the second. */
  public static void main(String... files) throws IOException {
    List<List<String>> commands =
        JSON.readValue(Path.of(files[0]).toFile(), new TypeReference<List<List<String>>>() {});
    List<RunScript.Result> results = new ArrayList<>();
    for (List<String> command : commands) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      int code =
          Main.run(
              new PrintWriter(out, true),
              new PrintWriter(err, true),
              command.toArray(String[]::new));
      results.add(new RunScript.Result(code, out.toString(), err.toString()));
    }
    JSON.writeValue(Path.of(files[1]).toFile(), results);
  }

  /**
   * Starts the process and waits for its end.
   *
   * @param directory where the commands are given
   * @param commands the arguments of each
   */
  public static List<RunScript.Result> run(Path directory, List<List<String>> commands)
      throws IOException, InterruptedException {
    Path asked = Files.createTempFile("commands", ".json");
    Path answered = Files.createTempFile("commands", ".results");
    Path said = Files.createTempFile("commands", ".txt");
    try {
      JSON.writeValue(asked.toFile(), commands);
      List<String> line = new ArrayList<>();
      line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      line.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
      line.addAll(
          List.of(
              "-Xmx512m",
              "-XX:TieredStopAtLevel=1",
              "-Dspark.master=local-cluster[2,1,1024]",
              "-Dcresset.home=" + RunScript.HOME,
              "-cp",
              System.getProperty("java.class.path"),
              CommandsMain.class.getName(),
              asked.toString(),
              answered.toString()));
      Process process =
          new ProcessBuilder(line)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      if (!process.waitFor(300, TimeUnit.SECONDS)) {
        process.destroy();
        throw new AssertionError("commands hang: " + Files.readString(said));
      }
      if (process.exitValue() != 0) {
        throw new AssertionError(Files.readString(said, UTF_8));
      }
      return JSON.readValue(answered.toFile(), new TypeReference<List<RunScript.Result>>() {});
    } finally {
      for (Path file : List.of(asked, answered, said)) {
        Files.delete(file);
      }
    }
  }
}
