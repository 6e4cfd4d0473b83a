package ai.cresset.jobs.series;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The times of a recipe as whole numbers: seconds of the epoch for dates, of which those without a
 * zone are read as UTC, and themselves for numbers.
 *
 * @param step between times, in such numbers
 * @param dates whether times are dates
 */
public record TimeGrid(long step, boolean dates) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final DateTimeFormatter SHOWN =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");

  /** The grid of {@code data.step}, which the recipe has checked. */
  static TimeGrid of(String step) {
    char unit = step.charAt(step.length() - 1);
    if (Character.isDigit(unit)) {
      return new TimeGrid(Long.parseLong(step), false);
    }
    long count = Long.parseLong(step.substring(0, step.length() - 1));
    long seconds =
        switch (unit) {
          case 's' -> 1;
          case 'm' -> 60;
          case 'h' -> 3600;
          default -> 86_400;
        };
    return new TimeGrid(count * seconds, true);
  }

  /** A time; null for what is none. */
  @Nullable Long parse(String text) {
    try {
      if (!dates) {
        return Long.parseLong(text);
      }
      String plain = text.replace(' ', 'T');
      if (plain.length() <= 10) {
        return LocalDate.parse(plain).toEpochDay() * 86_400;
      }
      boolean zoned =
          plain.endsWith("Z") || plain.lastIndexOf('+') > 0 || plain.lastIndexOf('-') > 10;
      return zoned
          ? OffsetDateTime.parse(plain).toEpochSecond()
          : LocalDateTime.parse(plain).toEpochSecond(ZoneOffset.UTC);
    } catch (NumberFormatException | DateTimeException e) {
      return null;
    }
  }

  /** A time as people write it. */
  public String format(long time) {
    return dates
        ? LocalDateTime.ofEpochSecond(time, 0, ZoneOffset.UTC).format(SHOWN)
        : Long.toString(time);
  }
}
