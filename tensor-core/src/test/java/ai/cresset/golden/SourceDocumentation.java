package ai.cresset.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the source of a class says about it.
 *
 * @param text the Javadoc of the class in one line, with its tags
 */
record SourceDocumentation(String text) {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern SHAPES = Pattern.compile("\\{@code \\[|[Ss]hape");
  private static final Pattern LINK = Pattern.compile("\\{@link ([A-Z]\\w+)");
  private static final Pattern PYTORCH =
      Pattern.compile("\\{@code torch\\.(nn|optim|optim\\.lr_scheduler)\\.([\\w.]+)\\}");

  static SourceDocumentation of(Class<?> type) {
    Path file = SOURCES.resolve(type.getName().replace('.', '/') + ".java");
    Pattern declared =
        Pattern.compile(
            "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s+)*public [a-z\\- ]*"
                + type.getSimpleName()
                + "\\b",
            Pattern.DOTALL);
    try {
      Matcher found = declared.matcher(Files.readString(file));
      String text = found.find() ? found.group(1) : "";
      return new SourceDocumentation(text.replaceAll("\\s*\n\\s*\\*\\s?", " ").strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it says shapes, or names a class of the package that says them. */
  boolean saysShapes(Class<?> type) {
    if (SHAPES.matcher(text).find()) {
      return true;
    }
    Matcher link = LINK.matcher(text);
    while (link.find()) {
      Path linked =
          SOURCES.resolve(type.getPackageName().replace('.', '/')).resolve(link.group(1) + ".java");
      try {
        if (Files.exists(linked) && SHAPES.matcher(Files.readString(linked)).find()) {
          return true;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return false;
  }

  /** PyTorch's name behind {@code torch.nn.} or {@code torch.optim.}; "" for none. */
  String pyTorchName() {
    Matcher found = PYTORCH.matcher(text);
    return found.find() ? found.group(2) : "";
  }

  /** The first sentence as text, without what stands in brackets behind it. */
  String summary() {
    String plain =
        text.replaceAll("<p>.*", "")
            .replaceAll("\\{@(?:code|link) ((?:[^{}]|\\{[^}]*\\})*)\\}", "$1")
            .replaceAll("\\s+", " ")
            .strip();
    Matcher end = Pattern.compile("(?<!et al)(?<!\\.\\.)\\.(?= |$)").matcher(plain);
    String sentence = end.find() ? plain.substring(0, end.start()) : plain;
    return sentence
        .replaceAll(" \\([^()]*(?:torch\\.|LR|Scheduler|\\d{4})[^()]*\\)", "")
        .replace("|", "\\|");
  }
}
