package ai.cresset.model;

import ai.cresset.memory.Scope;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.Locale;

/**
 * A process that trains a small character model (4 layers, 128 wide, batches of 12 windows of 64)
 * for so many seconds and prints, after each step, the seconds since 1970 on a line.
 */
final class StartupProbe {
  private StartupProbe() {}

  public static void main(String[] arguments) {
    double seconds = Double.parseDouble(arguments[0]);
    Generator.use(new Generator(0));
    Gpt model =
        new Gpt(
            GptConfig.of(65, 64, 4, 4, 128)
                .withBias(true)
                .withTied(false)
                .withGelu(GeluApproximation.TANH));
    Tensor tokens = Creation.randint(0, 65, Shape.of(12, 64), Generator.current());
    Tensor targets = Creation.randint(0, 65, Shape.of(12, 64), Generator.current());
    StringBuilder times = new StringBuilder();
    try (Optimizer optimizer =
        new AdamW(ParameterGroup.single(model.namedParameters()), AdamW.config(1e-3))) {
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < seconds * 1e9) {
        try (Scope scope = Scope.open("step")) {
          optimizer.zeroGrad();
          Tensor loss = model.loss(tokens, targets).mean();
          loss.backward();
          optimizer.step();
          loss.item();
        }
        times.append(String.format(Locale.ROOT, "%.6f%n", System.currentTimeMillis() / 1e3));
      }
    }
    System.out.print(times);
    model.close();
  }
}
