package ai.cresset.report;

/** Text that a page shows as it is, whatever characters it has. */
final class HtmlText {
  private HtmlText() {}

  static String escape(String text) {
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      switch (each) {
        case '&' -> result.append("&amp;");
        case '<' -> result.append("&lt;");
        case '>' -> result.append("&gt;");
        case '"' -> result.append("&quot;");
        default -> result.append(each);
      }
    }
    return result.toString();
  }
}
