package ai.cresset.train;

import ai.cresset.report.ScalarWriter;

/**
 * Writes the figures of a run: {@code training/loss}, {@code training/learning_rate}, {@code
 * training/gradient_norm}, {@code speed/<unit>_per_second} and {@code speed/data_wait} with every
 * report of progress, {@code validation/loss} and {@code validation/perplexity} with every
 * evaluation. Add it to the trainer of one rank, both as listener and as callback. The writer stays
 * the caller's.
 */
public final class ScalarReports implements ProgressListener, TrainingCallback {
  private final ScalarWriter writer;

  public ScalarReports(ScalarWriter writer) {
    this.writer = writer;
  }

  @Override
  public void progress(ProgressReport report) {
    writer.write("training/loss", report.step(), report.loss());
    writer.write("training/learning_rate", report.step(), report.learningRate());
    Double norm = report.gradientNorm();
    if (norm != null) {
      writer.write("training/gradient_norm", report.step(), norm);
    }
    writer.write("speed/" + report.unit() + "_per_second", report.step(), report.unitsPerSecond());
    writer.write("speed/data_wait", report.step(), report.dataWait());
    writer.flush();
  }

  @Override
  public void onEvaluate(long step, Evaluation evaluation) {
    writer.write("validation/loss", step, evaluation.loss());
    writer.write("validation/perplexity", step, evaluation.perplexity());
    writer.flush();
  }
}
