package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.ServerSettings;
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
  private final long steps;
  private final int checkpointEvery;
  private boolean begun;

  /**
   * Upkeep of a run.
   *
   * @param steps of the whole run
   * @param checkpointEvery steps between checkpoints; 0 leaves only the last one
   */
  ServerUpkeep(ServerGroup servers, ServerSettings settings, long steps, int checkpointEvery) {
    this.servers = servers;
    this.settings = settings;
    this.steps = steps;
    this.checkpointEvery = checkpointEvery;
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
    if (done != steps && (checkpointEvery == 0 || done % checkpointEvery != 0)) {
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
