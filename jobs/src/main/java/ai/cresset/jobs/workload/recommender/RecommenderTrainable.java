package ai.cresset.jobs.workload.recommender;

import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.jobs.feature.FittedFeature;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.workload.StoredParts;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.nn.Module;
import ai.cresset.parallel.server.EmbeddingTable;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.Device;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model of clicks and its rows.
 *
 * @param file what to build
 * @param train the data set to train on, a directory with scheme
 * @param validation the data set to validate on
 * @param test the data set for the end
 */
public record RecommenderTrainable(
    RecommenderModelFile file, String train, String validation, String test) implements Trainable {
  @Override
  public Parts open(TrainSettings settings, Device device) {
    return open(settings, tables());
  }

  /** New tables, bound to no server. */
  public List<EmbeddingTable> tables() {
    return file.tables().stream().map(EmbeddingTable::new).toList();
  }

  /** The same over tables that are bound later. */
  public Parts open(TrainSettings settings, List<EmbeddingTable> tables) {
    Module model = file.build(tables);
    Dataset training = open(train);
    ClickObjective objective = new ClickObjective(model, file.numbers(), file.features());
    return new Parts(
        model,
        objective,
        training,
        new BatchPlan(
            new ShuffledSampler(training.size(), settings.seed()), settings.globalBatch(), false),
        open(validation),
        open(test),
        new TrainingTask.Unit(Wording.CLICKS.unit(), 1),
        () -> "",
        objective);
  }

  private Dataset open(String directory) {
    return new ClickRows(StoredParts.open(directory), file.numbers(), file.features());
  }

  /** The tables by the batch's tensors of ids. */
  public Map<String, EmbeddingTable> byPlace(List<EmbeddingTable> tables) {
    Map<String, EmbeddingTable> found = new LinkedHashMap<>();
    List<FittedFeature> features = file.features();
    for (int i = 0; i < features.size(); i++) {
      found.put(features.get(i).place(), tables.get(i));
    }
    return found;
  }
}
