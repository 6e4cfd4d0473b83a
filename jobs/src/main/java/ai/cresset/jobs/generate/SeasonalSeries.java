package ai.cresset.jobs.generate;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Random;

/**
 * Hourly series with a trend, a day and a week, sales on days that are known ahead, and noise of
 * which each value depends on the one before (an autoregression of order 1): {@code series.csv}
 * with the columns {@code time}, {@code series}, {@code value} and {@code sale}. Each series has a
 * level and a scale of its own.
 *
 * <p>What nobody can know is the sum of innovations to come: the error of the best forecast h hours
 * ahead has the variance of the innovations times {@code (1 - p^2h) / (1 - p^2)}, p being the
 * coefficient.
 */
public record SeasonalSeries() implements DataGenerator {
  private static final int SERIES = 4;
  private static final int DAY = 24;
  private static final int WEEK = 7 * DAY;
  private static final double COEFFICIENT = 0.8;
  private static final double INNOVATION = 0.5;
  private static final double SALE = 2;
  private static final double TREND = 0.001;
  private static final LocalDateTime BEGIN = LocalDateTime.of(2024, 1, 1, 0, 0);

  @Override
  public String write(Path directory, int size, long seed) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve("series.csv");
    int hours = Math.max(1, size / SERIES);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("time,series,value,sale\n");
      for (int series = 0; series < SERIES; series++) {
        write(out, series, hours, new Random(seed + series));
      }
    }
    return String.format(
        Locale.ROOT,
        "%d series of %d hours in %s; attainable rmse of the first 1, 6, 12 and 24 hours: %.4f,"
            + " %.4f, %.4f, %.4f",
        SERIES,
        hours,
        file,
        attainable(1),
        attainable(6),
        attainable(12),
        attainable(24));
  }

  private static void write(BufferedWriter out, int series, int hours, Random random)
      throws IOException {
    // The noise begins as it goes on: with the variance that it has in the long run.
    double noise = INNOVATION / Math.sqrt(1 - COEFFICIENT * COEFFICIENT) * random.nextGaussian();
    boolean sale = false;
    for (int hour = 0; hour < hours; hour++) {
      sale = hour % DAY == 0 ? random.nextInt(6) == 0 : sale;
      double angle = 2 * Math.PI * hour;
      double value =
          TREND * hour
              + 2 * StrictMath.sin(angle / DAY)
              + 0.8 * StrictMath.cos(2 * angle / DAY)
              + StrictMath.sin(angle / WEEK)
              + (sale ? SALE : 0)
              + noise;
      out.write(
          String.format(
              Locale.ROOT,
              "%s:00,shop-%d,%.5f,%d%n",
              BEGIN.plusHours(hour),
              series,
              level(series) + scale(series) * value,
              sale ? 1 : 0));
      noise = COEFFICIENT * noise + INNOVATION * random.nextGaussian();
    }
  }

  private static double level(int series) {
    return 50.0 * (series + 1);
  }

  private static double scale(int series) {
    return 1 + 0.5 * series;
  }

  /**
   * The root of the mean squared error that the best forecast of the next so many hours has, over
   * all series, in their unit.
   */
  public static double attainable(int horizon) {
    double squares = 0;
    double stays = 1;
    double variance = 0;
    for (int ahead = 0; ahead < horizon; ahead++) {
      variance += INNOVATION * INNOVATION * stays;
      stays *= COEFFICIENT * COEFFICIENT;
      squares += variance;
    }
    double scales = 0;
    for (int series = 0; series < SERIES; series++) {
      scales += scale(series) * scale(series);
    }
    return Math.sqrt(squares / horizon * scales / SERIES);
  }
}
