package ai.cresset.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.nn.layer.Linear;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.optim.schedule.LearningRateScheduler;
import ai.cresset.optim.schedule.Schedule;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for every schedule there is. */
@ExtendWith(NativeMemoryCheck.class)
class EveryScheduleTest {
  /** Those that PyTorch does not have; their formulas are tested in ScheduleTest. */
  private static final Set<String> OWN = Set.of("Constant", "WarmUpCosine");

  private static List<JsonNode> cases() {
    List<JsonNode> cases = new ArrayList<>();
    for (JsonNode each : GoldenFile.json("trajectories-more/trajectories.json").get("cases")) {
      if (each.has("scheduler")) {
        cases.add(each);
      }
    }
    return cases;
  }

  @Test
  void hasAGoldenCase() throws IOException, URISyntaxException {
    Set<String> covered = new TreeSet<>(OWN);
    for (JsonNode each : cases()) {
      covered.add(schedule(each).getClass().getSimpleName());
    }
    assertEquals(PackageScan.subclasses(Schedule.class), covered);
  }

  @Test
  void goesOnFromItsStateBitForBit() {
    try (Linear layer = new Linear(2, 2);
        Optimizer optimizer =
            new Sgd(
                ParameterGroup.single(layer.namedParameters()),
                Sgd.Config.of(0.1).withMomentum(0.9))) {
      for (JsonNode each : cases()) {
        LearningRateScheduler first = new LearningRateScheduler(optimizer, schedule(each));
        run(each, optimizer, first, 0, 8);
        LearningRateScheduler second = new LearningRateScheduler(optimizer, schedule(each));
        second.loadStateDict(first.stateDict());
        assertEquals(
            run(each, optimizer, first, 8, 18),
            run(each, optimizer, second, 8, 18),
            each.get("name").asText());
      }
    }
  }

  /** Learning rates and momentums of some steps. */
  private static List<Double> run(
      JsonNode each, Optimizer optimizer, LearningRateScheduler scheduler, int from, int to) {
    List<Double> values = new ArrayList<>();
    for (int i = from; i < to; i++) {
      if (each.has("metrics")) {
        scheduler.observe(each.get("metrics").get(i).asDouble());
      }
      scheduler.step();
      values.add(scheduler.learningRate());
      values.add(optimizer.groups().get(0).option("momentum"));
    }
    return values;
  }

  private static Schedule schedule(JsonNode each) {
    return Objects.requireNonNull(GoldenSchedules.schedule(each), each.toString());
  }
}
