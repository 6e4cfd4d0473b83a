package ai.cresset.jobs.train;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.OutputSettings;
import ai.cresset.jobs.recipe.OutputSettings.Log;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.report.CsvScalars;
import ai.cresset.report.JsonLinesScalars;
import ai.cresset.report.ScalarWriter;
import ai.cresset.report.Series;
import ai.cresset.report.TensorBoardEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what workers report to {@code logs/} while they train, and keeps it for the page at the
 * end. A log that cannot be written does not end the training: it is said once, and the run goes on
 * without.
 *
 * <p>Figures have the names of the training loop's reports: {@code training/loss}, {@code
 * training/learning_rate}, {@code training/gradient_norm}, {@code speed/<unit>_per_second}, {@code
 * speed/data_wait} (the part of the time that went by waiting for samples), {@code validation/loss}
 * and {@code validation/<score>}.
 */
final class RunLog implements AutoCloseable {
  private static final String CSV = "metrics.csv";

  private final OutputSettings settings;
  private final Path directory;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Consumer<String> notices;
  private final Map<String, TreeMap<Long, Double>> figures = new LinkedHashMap<>();
  private final List<ScalarWriter> writers = new ArrayList<>();
  private @Nullable TensorBoardEvents events;
  private long last;
  private boolean broken;

  /**
   * Goes on after a step.
   *
   * @param directory of this machine
   * @param step what earlier attempts wrote of later steps is forgotten
   * @param notices is told what cannot be written
   * @throws DataException if the logs cannot be opened
   */
  RunLog(
      OutputSettings settings,
      Path directory,
      long step,
      Wording wording,
      Consumer<String> notices) {
    this.settings = settings;
    this.directory = directory;
    this.notices = notices;
    names.put(Reports.LOSS, "training/loss");
    names.put(Reports.LEARNING_RATE, "training/learning_rate");
    names.put(Reports.GRADIENT_NORM, "training/gradient_norm");
    names.put(Reports.SPEED, "speed/" + wording.unit() + "_per_second");
    names.put(Reports.DATA_WAIT, "speed/data_wait");
    names.put(Reports.VALIDATION_LOSS, "validation/loss");
    names.put(Reports.SCORE, "validation/" + wording.score().text());
    open(step);
  }

  private void open(long step) {
    last = step;
    if (settings.logs().isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw DataException.because("cannot write logs in " + directory + ": " + e, e);
    }
    if (settings.logs().contains(Log.CSV)) {
      writers.add(CsvScalars.open(directory.resolve(CSV), step));
      readFigures();
    }
    if (settings.logs().contains(Log.JSON)) {
      writers.add(JsonLinesScalars.open(directory.resolve("metrics.jsonl"), step));
    }
    if (settings.logs().contains(Log.TENSORBOARD)) {
      events = TensorBoardEvents.open(directory, step);
      writers.add(events);
    }
  }

  /** What is left of earlier attempts. */
  private void readFigures() {
    try {
      List<String> lines = Files.readAllLines(directory.resolve(CSV));
      for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
        String[] parts = line.split(",", 3);
        keep(parts[1], Long.parseLong(parts[0]), Double.parseDouble(parts[2]));
      }
    } catch (IOException e) {
      throw DataException.because("cannot read " + directory.resolve(CSV) + ": " + e, e);
    }
  }

  private void keep(String name, long step, double value) {
    figures.computeIfAbsent(name, key -> new TreeMap<>()).put(step, value);
  }

  /** Takes what a worker reports; that of rank 0 stands for all. */
  synchronized void accept(Progress progress) {
    if (progress.rank() != 0 || progress.metrics().isEmpty()) {
      return;
    }
    try {
      if (progress.step() < last) { // a new attempt repeats steps
        close();
        figures.values().forEach(each -> each.tailMap(progress.step(), true).clear());
        open(progress.step() - 1);
      }
      last = progress.step();
      names.forEach(
          (metric, name) -> {
            Double value = progress.metrics().get(metric);
            if (value != null) {
              keep(name, progress.step(), value);
              writers.forEach(writer -> writer.write(name, progress.step(), value));
            }
          });
      writers.forEach(ScalarWriter::flush);
    } catch (DataException e) {
      giveUp(e);
    }
  }

  /** The figures that were not written are still shown at the end. */
  private void giveUp(DataException reason) {
    if (!broken) {
      broken = true;
      notices.accept(reason.getMessage() + "; the run goes on without logs");
    }
    writers.clear();
    events = null;
  }

  /**
   * Writes what is known at the end: histograms, samples, the text and the settings.
   *
   * @param settings of the recipe by their keys
   */
  synchronized void finish(TrainResult result, Map<String, String> settings) {
    TensorBoardEvents open = events;
    if (open == null) {
      return;
    }
    long step = result.summary().steps();
    try {
      result
          .histograms()
          .forEach(each -> open.histogram(each.name(), each.step(), each.histogram()));
      int number = 0;
      for (var sample : result.exhibition().samples()) {
        String name = "samples/" + number++;
        var picture = sample.picture();
        if (picture != null) {
          open.image(name, step, picture);
        }
        open.text(name, step, sample.input() + " -> " + sample.predicted());
      }
      if (!result.sample().isEmpty()) {
        open.text("sample", step, result.sample());
      }
      open.hyperParameters(settings, List.copyOf(figures.keySet()));
      open.flush();
    } catch (DataException e) {
      giveUp(e);
    }
  }

  /** A figure over the steps; without points if it was never reported. */
  synchronized Series series(String name, String label) {
    TreeMap<Long, Double> points = figures.getOrDefault(name, new TreeMap<>());
    return new Series(
        label,
        points.keySet().stream().mapToDouble(Long::doubleValue).toArray(),
        points.values().stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Override
  public synchronized void close() {
    for (ScalarWriter writer : writers) {
      try {
        writer.close();
      } catch (DataException e) {
        notices.accept(String.valueOf(e.getMessage()));
      }
    }
    writers.clear();
    events = null;
  }
}
