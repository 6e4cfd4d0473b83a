package ai.cresset.jobs.train;

import ai.cresset.error.CommunicationException;
import ai.cresset.jobs.recipe.ServerSettings;
import ai.cresset.parallel.server.Consistency;
import ai.cresset.parallel.server.EmbeddingTable;
import ai.cresset.parallel.server.LostUpdates;
import ai.cresset.parallel.server.ServerGroup;
import ai.cresset.train.StepReport;
import ai.cresset.train.TrainingCallback;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps the parameter servers in step with checkpoints: before each one the servers store their
 * rows under the same step, and a run that is resumed puts them back to it.
 *
 * <p>Says what was lost with a server that came back. Workers that must be in step cannot go on
 * then, because a step would be half done; they fail, and the next attempt begins at the newest
 * checkpoint, where dense layers and rows fit together.
 */
final class ServerUpkeep implements TrainingCallback {
  private final ServerGroup servers;
  private final List<EmbeddingTable> tables;
  private final ServerSettings settings;
  private final long steps;
  private final int checkpointEvery;
  private final Consumer<LostUpdates> listener;
  private int told;
  private boolean begun;

  /**
   * Upkeep of a run.
   *
   * @param tables of the model
   * @param steps of the whole run
   * @param checkpointEvery steps between checkpoints; 0 leaves only the last one
   * @param listener told what was lost with a server
   */
  ServerUpkeep(
      ServerGroup servers,
      List<EmbeddingTable> tables,
      ServerSettings settings,
      long steps,
      int checkpointEvery,
      Consumer<LostUpdates> listener) {
    this.servers = servers;
    this.tables = tables;
    this.listener = listener;
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
    if (!begun) {
      servers.restore(step);
      // Rows that were fetched before are of another time.
      tables.forEach(table -> table.bind(servers.client()));
    }
    begun = true;
  }

  private void checkLosses() {
    List<LostUpdates> losses = servers.client().losses();
    for (; told < losses.size(); told++) {
      LostUpdates lost = losses.get(told);
      listener.accept(lost);
      if (!lost.isNothing() && settings.apart().equals(Consistency.SYNCHRONOUS)) {
        throw CommunicationException.because(
            lost + "; synchronous training goes back to its newest checkpoint");
      }
    }
  }

  @Override
  public void afterStep(StepReport report) {
    checkLosses();
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
    checkLosses(); // before the checkpoint is
  }
}
