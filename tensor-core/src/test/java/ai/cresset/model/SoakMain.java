package ai.cresset.model;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.GradientClipping;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains a GPT with dropout for many steps, on batches of changing length, and watches memory:
 * {@code SoakMain STEPS}. Prints what is in use at each tenth of the way. Ends with code 1 if there
 * is more in the second half than in the first fifth: any more in tensors, or more in heap or
 * process than a bound that leaves room for caches. The least of several looks counts, since the
 * system may look at the process while garbage is collected.
 */
public final class SoakMain {
  private static final int PARTS = 10;
  private static final long HEAP_ROOM = 8L << 20;
  private static final long PROCESS_ROOM = 64L << 20;

  private SoakMain() {}

  /** Bytes in use. */
  private record Memory(long tensors, long heap, long process) {
    static Memory now() throws IOException {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      return new Memory(
          Allocator.current().statistics().liveBytes(),
          runtime.totalMemory() - runtime.freeMemory(),
          residentBytes());
    }

    /** The least of each. */
    static Memory least(List<Memory> looks) {
      return new Memory(
          looks.stream().mapToLong(Memory::tensors).min().orElseThrow(),
          looks.stream().mapToLong(Memory::heap).min().orElseThrow(),
          looks.stream().mapToLong(Memory::process).min().orElseThrow());
    }

    /** What the system counts; 0 where it does not say. */
    private static long residentBytes() throws IOException {
      Path status = Path.of("/proc/self/status");
      if (!Files.exists(status)) {
        return 0;
      }
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst()
          .orElse(0);
    }

    void print(int step) {
      System.out.printf(
          Locale.ROOT,
          "step %d: tensors %.2f MB, heap %.1f MB, process %.0f MB%n",
          step,
          tensors / 1e6,
          heap / 1e6,
          process / 1e6);
    }
  }

  public static void main(String[] arguments) throws IOException {
    int steps = Math.max(500, Integer.parseInt(arguments[0]));
    Generator.use(new Generator(1));
    List<Memory> looks = new ArrayList<>();
    try (Gpt model = new Gpt(GptConfig.of(65, 64, 2, 4, 64).withDropout(0.1));
        Optimizer optimizer =
            new AdamW(ParameterGroup.single(model.namedParameters()), AdamW.config(1e-3))) {
      for (int step = 1; step <= steps; step++) {
        step(model, optimizer, 33 + step % 32);
        if (step % (steps / PARTS) == 0) {
          Memory now = Memory.now();
          now.print(step);
          looks.add(now);
        }
      }
    }
    if (grew(
        Memory.least(looks.subList(0, PARTS / 5)),
        Memory.least(looks.subList(PARTS / 2, looks.size())))) {
      System.out.println("memory grew");
      System.exit(1);
    }
    System.out.println("memory is flat over " + steps + " steps");
  }

  private static boolean grew(Memory from, Memory to) {
    return to.tensors() > from.tensors()
        || to.heap() > from.heap() + HEAP_ROOM
        || to.process() > from.process() + PROCESS_ROOM;
  }

  private static void step(Gpt model, Optimizer optimizer, int length) {
    try (Scope scope = Scope.open("step")) {
      Tensor tokens = Creation.randint(0, 65, Shape.of(8, length), Generator.current());
      optimizer.zeroGrad();
      Tensor loss = model.loss(tokens, tokens).mean();
      loss.backward();
      GradientClipping.byGlobalNorm(optimizer.parameters().values(), 1);
      optimizer.step();
      loss.item();
    }
  }
}
