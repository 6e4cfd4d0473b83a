package ai.cresset.parallel.strategy;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CressetException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.optim.Adam;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LossSum;
import ai.cresset.train.Strategy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A rank may hold ten bytes for each parameter: replicas with Adam need sixteen. */
class BudgetTest {
  private static final int RANKS = 4;
  private static final GptConfig CONFIG = GptConfig.of(16, 32, 8, 2, 64);
  private static final long BYTES_FOR_EACH_PARAMETER = 10;

  @Test
  void aModelThatReplicasCannotHoldTrainsInParts() {
    CressetException refused =
        assertThrows(
            CressetException.class, () -> train(ParallelOptions.of(ParallelDims.of(RANKS, 1), 0)));
    assertTrue(String.valueOf(refused.getMessage()).contains("memory"), refused.getMessage());
    ParallelOptions parts =
        ParallelOptions.of(ParallelDims.of(1, RANKS), 3).withRecompute(RecomputePlan.FULL);
    List<Double> losses = train(parts);
    assertTrue(losses.get(0) > 0 && losses.get(0) < 3, "loss " + losses);
  }

  private static List<Double> train(ParallelOptions options) {
    return new ThreadLauncher(LaunchOptions.of(RANKS))
        .launch(
            context -> {
              long budget = BYTES_FOR_EACH_PARAMETER * numParameters();
              try (ProcessGroup world = context.connect(CommOptions.defaults());
                  Allocator allocator = Allocator.create("budget", budget);
                  Allocator.Binding bound = allocator.bind()) {
                try (Gpt model = new Gpt(CONFIG);
                    Parallelize parallel = Parallelize.apply(model, world, options);
                    Optimizer optimizer = parallel.optimizer(leaves -> new Adam(leaves, 0.01))) {
                  return steps(model, parallel.strategy(), optimizer);
                }
              }
            });
  }

  private static long numParameters() {
    try (Gpt model = new Gpt(CONFIG)) {
      return model.numParameters();
    }
  }

  private static double steps(Gpt model, Strategy strategy, Optimizer optimizer) {
    strategy.prepare(model);
    LossSum total = LossSum.ZERO;
    for (int step = 0; step < 3; step++) {
      try (Scope scope = Scope.open("step")) {
        strategy.beginStep();
        Tensor tokens = Tensor.arange(16).reshape(1, 16);
        Loss loss = model.loss(tokens, tokens);
        strategy.backward(loss, true);
        total = strategy.finishStep(new LossSum(loss.sum().item(), loss.weight()));
        optimizer.step();
      }
    }
    return total.sum() / total.weight();
  }
}
