package ai.cresset.jobs.train;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.recipe.TextDataSettings.TokenizerKind;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Says what a recipe would take: memory of each rank, what it sends in a step, and the bubble. */
public final class PlanJob {
  private static final int BYTES = 256;
  private static final int CHARACTERS = 100;

  private PlanJob() {}

  /**
   * The plan, for people; a newline at the end.
   *
   * @param vocabulary number of tokens; null for that of the tokenizer, or a guess
   * @throws ConfigException if the recipe trains another kind of model
   */
  public static String describe(Recipe recipe, @Nullable Integer vocabulary) {
    if (recipe instanceof GptRecipe gpt) {
      return text(gpt, vocabulary);
    }
    throw ConfigException.value(
        "recipe", recipe.recipe(), "gpt: plans are made for models that workers can divide");
  }

  private static String text(GptRecipe recipe, @Nullable Integer given) {
    boolean bytes = recipe.data().tokenizer() == TokenizerKind.BYTE;
    int vocabulary = given != null ? given : bytes ? BYTES : CHARACTERS;
    TrainingPlan plan = TrainingPlan.of(recipe, vocabulary);
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d workers: %s%n%s of %s, in %s order; ZeRO %d; recompute %s%nvocabulary %d%s%n%n",
            plan.dims().worldSize(),
            plan.dims(),
            plan.shape().ranks() == 1 ? "one stage" : "pipeline",
            plan.shape(),
            recipe.parallel().pipelineOptions().schedule(),
            recipe.parallel().zero(),
            recipe.parallel().recompute(),
            vocabulary,
            given == null && !bytes ? " (a guess: the text decides; --vocabulary N)" : ""));
    text.append(
        table(
            plan,
            "memory of a worker, MiB",
            List.of("parameters", "gradients", "optimizer", "activations", "together"),
            each ->
                List.of(
                    each.parameters(),
                    each.gradients(),
                    each.optimizer(),
                    each.activations(),
                    each.memory())));
    text.append(
        table(
            plan,
            "\na worker sends in a step, MiB",
            List.of("gradients", "layers", "stages", "positions", "together"),
            each ->
                List.of(
                    each.sentForGradients(),
                    each.sentForLayers(),
                    each.sentForStages(),
                    each.sentForPositions(),
                    each.sent())));
    text.append(
        String.format(
            Locale.ROOT,
            "%nbubble: workers of a pipeline wait %.1f %% of a step (simulated; messages take no"
                + " time)%nactivations are estimates; parameters are counted%n",
            100 * plan.bubble()));
    return text.toString();
  }

  /** A line of bytes for each stage. */
  private static String table(
      TrainingPlan plan,
      String title,
      List<String> columns,
      Function<TrainingPlan.RankPlan, List<Long>> bytes) {
    StringBuilder text = new StringBuilder(title + "\n");
    text.append(line("stage", columns));
    for (int rank = 0; rank < plan.ranks().size(); rank++) {
      List<Long> found = bytes.apply(plan.ranks().get(rank));
      text.append(
          line(
              rank + ": " + span(plan.pieces().get(rank)),
              found.stream().map(PlanJob::mebibytes).toList()));
    }
    return text.toString();
  }

  private static String line(String stage, List<String> figures) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-22s", stage));
    figures.forEach(each -> line.append(String.format(Locale.ROOT, "%12s", each)));
    return line.append('\n').toString();
  }

  private static String span(List<String> pieces) {
    return pieces.size() == 1
        ? pieces.get(0)
        : pieces.get(0) + " - " + pieces.get(pieces.size() - 1);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,.2f", bytes / (1024.0 * 1024));
  }
}
