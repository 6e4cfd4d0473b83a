package ai.cresset.model;

import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;

/** A pass forward and backward of every model and every workload of the benchmark. */
final class ModelStepsProbe {
  private ModelStepsProbe() {}

  public static void main(String[] arguments) {
    Generator.use(new Generator(0));
    ModelSamples.ALL.forEach(
        (type, maker) -> {
          try (Scope scope = Scope.open("step")) {
            maker.get().loss().get().sum().backward();
          }
        });
    for (String name : TrainWorkload.names()) {
      try (Scope scope = Scope.open("step")) {
        TrainWorkload.of(name).loss().get().backward();
      }
    }
    System.out.println("done");
  }
}
