package ai.cresset.jobs.text;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** File name patterns: {@code *} is any text, {@code ?} one character, all else itself. */
final class NamePatterns implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String sources;
  private final Pattern pattern;

  NamePatterns(List<String> sources) {
    this.sources = sources.toString();
    this.pattern =
        Pattern.compile(
            sources.stream().map(NamePatterns::regex).collect(Collectors.joining("|")),
            Pattern.DOTALL);
  }

  /** Whether the last part of {@code path} matches one of the patterns. */
  boolean matches(String path) {
    return pattern.matcher(path.substring(path.lastIndexOf('/') + 1)).matches();
  }

  private static String regex(String source) {
    return source
        .codePoints()
        .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return sources;
  }
}
