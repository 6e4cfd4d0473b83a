package ai.cresset.jobs.workload.gpt;

import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.text.TextCorpus;
import ai.cresset.jobs.text.TokenizerFile;
import ai.cresset.jobs.workload.StoredText;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.jobs.workload.Workload;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** A GPT language model on text. */
public record GptWorkload(GptRecipe recipe) implements Workload {
  /** The file of the tokenizer, beside a cache of tokens and beside checkpoints. */
  public static final String TOKENIZER = "tokenizer.json";

  @Override
  public void check(Configuration configuration) {
    TextCorpus.check(configuration, recipe.data());
    StoredText.in(recipe.data().cacheDir(), configuration).checkWritable("data.cache_dir");
  }

  @Override
  public String inspect(SparkSession spark) {
    try (TextCorpus corpus = TextCorpus.read(spark, recipe.data())) {
      return String.format(
          Locale.ROOT,
          "%s%nvocabulary  %,d tokens%n",
          corpus.summary().describe(),
          corpus.tokenizer().vocabularySize());
    }
  }

  @Override
  public Prepared prepare(SparkSession spark, Configuration configuration) {
    TokenData data = TokenData.prepare(spark, recipe.data(), configuration);
    if (recipe.sample().tokens() > 0) {
      ModelText.tokens("sample.prompt", data.tokenizer(), recipe.sample().prompt());
    }
    String announcement =
        String.format(
            Locale.ROOT,
            "%,d tokens for training, %,d for validation, %,d different ones%s",
            data.summary().trainTokens(),
            data.summary().validationTokens(),
            data.tokenizer().vocabularySize(),
            data.reused() ? REUSED : "");
    GptFile model = new GptFile(data.tokenizer().vocabularySize(), recipe.model());
    return new Prepared(
        announcement,
        data.summary().describe(),
        model,
        new Companion(
            TOKENIZER,
            TokenizerFile.write(data.tokenizer()),
            "with another tokenizer: the text has other characters, or data.tokenizer is another;"
                + " use the same text"),
        new GptTrainable(
            model, data.tokenizer(), recipe.sample(), data.train(), data.validation()));
  }

  @Override
  public Wording wording() {
    return Wording.TEXT;
  }
}
