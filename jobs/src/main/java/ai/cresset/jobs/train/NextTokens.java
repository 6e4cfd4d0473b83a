package ai.cresset.jobs.train;

import ai.cresset.data.Batch;
import ai.cresset.jobs.text.Tokenizer;
import ai.cresset.metric.ConfusionMatrix;
import ai.cresset.model.Gpt;
import ai.cresset.report.SamplePrediction;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
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
    Tensor inputs = batch.inputs();
    long length = inputs.size(1);
    long[] likeliest =
        gpt.logits(inputs).select(1, length - 1).argmax(-1, false).toLongArray();
    long[] next = batch.targets().select(1, length - 1).toLongArray();
    List<SamplePrediction> samples = new ArrayList<>();
    for (int i = 0; i < next.length; i++) {
      samples.add(
          new SamplePrediction(
              text(inputs.select(0, i).toLongArray()),
              null,
              "'" + text(next[i]) + "'",
              "'" + text(likeliest[i]) + "'",
              next[i] == likeliest[i]));
    }
    return samples;
  }

  private String text(long... tokens) {
    return tokenizer.decode(LongStream.of(tokens).mapToInt(Math::toIntExact).toArray());
  }
}
