package ai.cresset.jobs;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.generate.DataGenerator;
import ai.cresset.jobs.generate.Glyphs;
import ai.cresset.jobs.generate.SeasonalSeries;
import ai.cresset.jobs.generate.Sentences;
import ai.cresset.jobs.generate.SpokenWords;
import ai.cresset.jobs.generate.TurnedWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes data made by rule, to try recipes with. */
@Command(
    name = "samples",
    description =
        "Writes data made by rule, of which it is known what can be learned from them, to try a"
            + " recipe with.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class SamplesCommand implements Callable<Integer> {
  /** What can be made. */
  enum Kind {
    /** Images for conf/image-cnn.yaml. */
    GLYPHS(new Glyphs()),
    /** Sentences for conf/text-classifier.yaml. */
    SENTENCES(new Sentences()),
    /** Pairs for conf/translation.yaml. */
    REVERSAL(new TurnedWords()),
    /** Time series for conf/forecast.yaml. */
    SERIES(new SeasonalSeries()),
    /** Sounds for conf/audio-keywords.yaml. */
    WORDS(new SpokenWords());

    @SuppressWarnings("ImmutableEnumChecker") // generators have no state
    private final DataGenerator generator;

    Kind(DataGenerator generator) {
      this.generator = generator;
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      showDefaultValue = Help.Visibility.NEVER,
      description =
          "One of: glyphs (images), sentences (texts), reversal (pairs of texts), series (hourly"
              + " values), words (sounds).")
  private Kind kind = Kind.GLYPHS;

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      showDefaultValue = Help.Visibility.NEVER,
      description = "A directory that is empty or not there.")
  private Path directory = Path.of("");

  @Option(names = "--size", description = "How many samples.")
  private int size = 12_000;

  @Option(names = "--seed", description = "The same seed gives the same files.")
  private long seed = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  SamplesCommand() {}

  @Override
  public Integer call() {
    if (size < 1) {
      throw ConfigException.value("--size", size, "a whole number from 1");
    }
    try {
      refuseFull();
      spec.commandLine().getOut().println(kind.generator.write(directory, size, seed));
    } catch (IOException e) {
      throw DataException.because("cannot write to " + directory + ": " + e, e);
    }
    spec.commandLine().getOut().flush();
    return 0;
  }

  private void refuseFull() throws IOException {
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        if (files.findAny().isPresent()) {
          throw ConfigException.value("DIR", "'" + directory + "'", "a directory that is empty");
        }
      }
    }
  }
}
