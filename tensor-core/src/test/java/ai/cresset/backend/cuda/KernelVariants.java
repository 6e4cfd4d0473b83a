package ai.cresset.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The kernel files with all macros that Java code gives them, as {@code kernel-variants.txt} lists
 * them.
 */
final class KernelVariants {
  static final String FILE = "src/test/resources/kernel-variants.txt";

  private KernelVariants() {}

  /** Lines such as {@code softmax.cu T=float}. */
  static Set<String> listed() {
    try (InputStream stream = KernelVariants.class.getResourceAsStream("/kernel-variants.txt")) {
      if (stream == null) {
        throw new IllegalStateException("no " + FILE);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The source that is compiled for a line. */
  static String source(String variant) {
    String[] words = variant.split(" ");
    StringBuilder source = new StringBuilder(KernelSource.of("prelude.cuh"));
    for (int i = 1; i < words.length; i++) {
      source.append("#define ").append(words[i].replaceFirst("=", " ")).append('\n');
    }
    return source.append(KernelSource.of(words[0])).toString();
  }
}
