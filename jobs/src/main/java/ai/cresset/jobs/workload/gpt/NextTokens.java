package ai.cresset.jobs.workload.gpt;

import ai.cresset.data.Batch;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.jobs.workload.Exhibit;
import ai.cresset.metric.ConfusionMatrix;
import ai.cresset.model.Gpt;
import ai.cresset.report.SamplePrediction;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Windows of a text and the token that the model expects after them. */
record NextTokens(Gpt gpt, Tokenizer tokenizer) implements Exhibit {
  @Override
  public List<String> classes() {
    return List.of();
  }

  @Override
  public void count(Batch batch, ConfusionMatrix matrix) {}

  @Override
  public List<SamplePrediction> samples(Batch batch) {
    Tensor likeliest = gpt.logits(batch.inputs()).argmax(-1, false);
    List<SamplePrediction> samples = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      long[] tokens = batch.inputs().select(0, i).toLongArray();
      long[] next = batch.targets().select(0, i).toLongArray();
      int last = next.length - 1;
      while (last > 0 && next[last] < 0) { // the end of the last window does not count
        last--;
      }
      long found = likeliest.select(0, i).toLongArray()[last];
      samples.add(
          new SamplePrediction(
              text(Arrays.copyOf(tokens, last + 1)),
              null,
              "'" + text(next[last]) + "'",
              "'" + text(found) + "'",
              next[last] == found));
    }
    return samples;
  }

  private String text(long... tokens) {
    return tokenizer.decode(LongStream.of(tokens).mapToInt(Math::toIntExact).toArray());
  }
}
