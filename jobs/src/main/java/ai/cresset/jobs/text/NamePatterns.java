package ai.cresset.jobs.text;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which file names to read, by patterns: {@code *} is any text, {@code ?} one character, all else
 * itself.
 */
final class NamePatterns implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String description;
  private final Pattern include;
  private final Pattern exclude;

  /** What {@code include} names and {@code exclude} does not. */
  NamePatterns(List<String> include, List<String> exclude) {
    this.description =
        "data.include " + include + (exclude.isEmpty() ? "" : " and not data.exclude " + exclude);
    this.include = anyOf(include);
    this.exclude = anyOf(exclude);
  }

  /** Whether the last part of {@code path} is wanted. */
  boolean matches(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return include.matcher(name).matches() && !exclude.matcher(name).matches();
  }

  private static Pattern anyOf(List<String> patterns) {
    String regex = patterns.stream().map(NamePatterns::regex).collect(Collectors.joining("|"));
    return Pattern.compile(patterns.isEmpty() ? "(?!)" : regex, Pattern.DOTALL);
  }

  private static String regex(String source) {
    return source
        .codePoints()
        .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return description;
  }
}
