package ai.cresset.data;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Steps of samples that come one after the other. Every rank goes through the whole stream and
 * makes the samples of its share alone.
 */
final class StreamSteps implements StepSource {
  private final IterableDataset dataset;
  private final StreamPlan plan;
  private final Share share;

  private @Nullable Stream<Supplier<Sample>> stream;
  private Iterator<Supplier<Sample>> samples = List.<Supplier<Sample>>of().iterator();
  private long epoch;
  private long stepOfEpoch;
  private long step;

  StreamSteps(IterableDataset dataset, StreamPlan plan, Share share) {
    this.dataset = dataset;
    this.plan = plan;
    this.share = share;
    this.epoch = plan.first().epoch();
  }

  @Override
  public @Nullable PlannedStep next() {
    while (epoch < plan.endEpoch()) {
      if (stream == null) {
        open();
      }
      List<Supplier<Sample>> batch = new ArrayList<>();
      while (batch.size() < plan.batchSize() && samples.hasNext()) {
        batch.add(samples.next());
      }
      if (batch.size() == plan.batchSize() || (!batch.isEmpty() && !plan.dropLast())) {
        return planned(batch);
      }
      if (stepOfEpoch == 0) {
        throw DataException.because(
            batch.isEmpty()
                ? "the stream of epoch " + epoch + " has no samples"
                : "the stream of epoch "
                    + epoch
                    + " has "
                    + batch.size()
                    + " samples, fewer than one batch of "
                    + plan.batchSize()
                    + ", and dropLast leaves out short batches; lower batchSize or switch dropLast"
                    + " off");
      }
      close();
      epoch++;
    }
    return null;
  }

  private void open() {
    stream = dataset.stream(epoch);
    samples = stream.iterator();
    stepOfEpoch = epoch == plan.first().epoch() ? plan.first().step() : 0;
    for (long skip = stepOfEpoch * plan.batchSize(); skip > 0; skip--) {
      if (!samples.hasNext()) {
        throw ConfigException.because(
            "the stream of epoch " + epoch + " ends before " + plan.first() + "; has it changed?");
      }
      samples.next();
    }
  }

  private PlannedStep planned(List<Supplier<Sample>> batch) {
    int begin = (int) share.begin(batch.size());
    int end = (int) share.end(batch.size());
    long firstNumber = stepOfEpoch * plan.batchSize() + begin;
    long[] numbers = new long[end - begin];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = firstNumber + i;
    }
    List<Supplier<Sample>> own = List.copyOf(batch.subList(begin, end));
    return new PlannedStep(
        step++,
        new DataPosition(epoch, stepOfEpoch++),
        batch.size(),
        SampleTally.of(numbers),
        own.size(),
        (from, to) -> read(own.subList(from, to), firstNumber + from));
  }

  private Batch read(List<Supplier<Sample>> chosen, long firstNumber) {
    try (Scope scope = Scope.open("samples of a batch")) {
      List<Sample> read = new ArrayList<>(chosen.size());
      for (int i = 0; i < chosen.size(); i++) {
        read.add(sample(chosen.get(i), firstNumber + i));
      }
      return plan.collate().collate(read).keptFrom(scope);
    }
  }

  private static Sample sample(Supplier<Sample> source, long number) {
    try (Scope scope = Scope.open("sample")) {
      return source.get().keptFrom(scope);
    } catch (RuntimeException e) {
      throw DataException.sample(number, "sample " + number, e);
    }
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
