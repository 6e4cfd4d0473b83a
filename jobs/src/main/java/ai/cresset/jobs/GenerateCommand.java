package ai.cresset.jobs;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.train.GenerateImagesJob;
import ai.cresset.jobs.train.GenerateJob;
import ai.cresset.model.Sampling;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes texts or images with a trained model. */
@Command(
    name = "generate",
    description =
        "Uses a model that train has left, in the driver alone: one of the recipe gpt continues a"
            + " prompt; one of the recipe generative makes images and writes them to a directory.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class GenerateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      showDefaultValue = Help.Visibility.NEVER,
      description = "The output.dir of a training run.")
  private String directory = "";

  @Option(
      names = "--prompt",
      showDefaultValue = Help.Visibility.NEVER,
      description = "The text to continue.")
  private @Nullable String prompt;

  @Option(names = "--tokens", description = "How many tokens to add.")
  private int tokens = 200;

  @Option(names = "--temperature", description = "Above 1 more varied, below 1 less; 0 is greedy.")
  private double temperature = 0.8;

  @Option(names = "--top-k", description = "Only the k likeliest tokens; 0 for all.")
  private int topK = 50;

  @Option(
      names = "--to",
      paramLabel = "PICTURES",
      showDefaultValue = Help.Visibility.NEVER,
      description = "Where images go, as PNG files: a directory that is empty or not there.")
  private @Nullable Path to;

  @Option(names = "--images", description = "How many new images to make, of a vae or a gan.")
  private int images = 64;

  @Option(
      names = "--from",
      paramLabel = "FILES",
      showDefaultValue = Help.Visibility.NEVER,
      description =
          "An image file, or a directory with some, to make again with an autoencoder or a vae.")
  private @Nullable Path from;

  @Option(names = "--seed", description = "The same seed gives the same text or images.")
  private long seed = 1;

  @Option(
      names = "--step",
      description =
          "The weights of this step, not those that did best (or the newest, where a run keeps no"
              + " best ones).")
  private @Nullable Long step;

  @Spec private CommandSpec spec = CommandSpec.create();

  GenerateCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println(to == null ? text() : images(to));
    out.flush();
    return 0;
  }

  private String images(Path target) {
    if (prompt != null) {
      throw ConfigException.because("--prompt is for texts and --to for images; give one of them");
    }
    if (images < 1) {
      throw ConfigException.value("--images", images, "a whole number from 1");
    }
    GenerateImagesJob job = new GenerateImagesJob(directory, step, target);
    return from == null
        ? job.draw(images, seed, SparkHadoopUtil.get().conf())
        : job.rebuild(from, SparkHadoopUtil.get().conf());
  }

  private String text() {
    if (prompt == null) {
      throw ConfigException.because(
          "expected --prompt, the text to continue, or --to, where images go; got neither");
    }
    if (tokens < 0) {
      throw ConfigException.value("--tokens", tokens, "a whole number from 0");
    }
    GenerateJob.Continued continued =
        new GenerateJob(directory, step)
            .run(
                prompt,
                tokens,
                new Sampling(temperature, topK),
                seed,
                SparkHadoopUtil.get().conf());
    // Not among the text, which may be of use to another program.
    spec.commandLine().getErr().println("by " + continued.weights());
    return continued.text();
  }
}
