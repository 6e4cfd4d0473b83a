package ai.cresset.jobs.generate;

import java.io.IOException;
import java.nio.file.Path;

/** A kind of data made by rule. The same seed gives the same bytes. */
public sealed interface DataGenerator
    permits Glyphs, Sentences, TurnedWords, SeasonalSeries, SpokenWords {
  /**
   * Writes files.
   *
   * @param directory that is empty or not there
   * @param size how many samples
   * @return what was written, in one line
   */
  String write(Path directory, int size, long seed) throws IOException;
}
