package ai.cresset.jobs.series;

import ai.cresset.jobs.split.ClassSplit.Part;
import java.io.Serializable;

/**
 * Where the time to train on ends, and that of validation. All series are cut at the same times, so
 * that no part of one tells what another will do.
 *
 * @param begin the first time of all series
 * @param validation the first time of validation
 * @param test the first time of the test
 */
public record TimeCuts(long begin, long validation, long test) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Cuts a span, on the grid of its beginning. */
  static TimeCuts of(
      long begin, long last, long step, double validationFraction, double testFraction) {
    long steps = (last - begin) / step + 1;
    long test = steps - Math.max(1, Math.round(steps * testFraction));
    long validation = test - Math.max(1, Math.round(steps * validationFraction));
    return new TimeCuts(begin, begin + validation * step, begin + test * step);
  }

  /** The first time that a part's forecasts may be for. */
  long from(Part part) {
    return switch (part) {
      case TRAIN -> begin;
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }

  /** Behind the last time that a part's forecasts may be for. */
  long to(Part part) {
    return switch (part) {
      case TRAIN -> validation;
      case VALIDATION -> test;
      case TEST -> Long.MAX_VALUE;
    };
  }
}
