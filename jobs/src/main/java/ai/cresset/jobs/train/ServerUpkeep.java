package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.ServerSettings;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.parallel.server.ServerGroup;
import ai.cresset.train.StepReport;
import ai.cresset.train.TrainingCallback;

/**
 * Keeps the parameter servers in step with checkpoints: before each one the servers store their
 * rows under the same step, and a run that is resumed puts them back to it.
 */
final class ServerUpkeep implements TrainingCallback {
  private final ServerGroup servers;
  private final ServerSettings settings;
  private final TrainSettings train;
  private boolean begun;

  ServerUpkeep(ServerGroup servers, ServerSettings settings, TrainSettings train) {
    this.servers = servers;
    this.settings = settings;
    this.train = train;
  }

  @Override
  public void beforeStep(long step) {
    begin(step);
  }

  /** Puts the servers back to the step that a run goes on from. */
  void begin(long step) {
    if (!begun && step > 0) {
      servers.restore(step);
    }
    begun = true;
  }

  @Override
  public void afterStep(StepReport report) {
    long done = report.step();
    int every = train.checkpointEvery();
    if (done != train.steps() && (every == 0 || done % every != 0)) {
      return;
    }
    if (settings.evictAfter() > 0 && servers.client().worker() == 0) {
      servers
          .client()
          .options()
          .tables()
          .forEach(table -> servers.client().evict(table.name(), settings.evictAfter()));
    }
    servers.snapshot();
  }
}
