package ai.cresset.jobs;

import ai.cresset.checkpoint.ModelFolder;
import ai.cresset.jobs.train.ConsolidateJob;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes one folder of weights out of a checkpoint. */
@Command(
    name = "consolidate",
    description =
        "Puts the weights of a checkpoint together in a folder as Hugging Face lays it out:"
            + " model.safetensors, or several files with an index.",
    mixinStandardHelpOptions = true)
final class ConsolidateCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "DIR", description = "The output.dir of a training run.")
  private String directory = "";

  @Parameters(index = "1", paramLabel = "FOLDER", description = "The folder to make.")
  private String folder = "";

  @Option(names = "--step", description = "The checkpoint of this step, not the newest.")
  private @Nullable Long step;

  @Option(
      names = "--file-bytes",
      description = "The most bytes of tensors in one file; ${DEFAULT-VALUE} if not given.")
  private long fileBytes = ModelFolder.DEFAULT_FILE_BYTES;

  @Spec private CommandSpec spec = CommandSpec.create();

  ConsolidateCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        new ConsolidateJob(directory, step).run(folder, fileBytes, SparkHadoopUtil.get().conf()));
    out.flush();
    return 0;
  }
}
