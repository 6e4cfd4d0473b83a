package ai.cresset.backend.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes the kernel of an element-wise operation: loads, a body for one element, stores. Its
 * parameters are pointers to the outputs, then to the inputs, the operation's own, and last the
 * nest or the number of elements.
 *
 * <p>Within the body, {@code x0}, {@code x1}, ... are the elements of the inputs and {@code y0},
 * ... are to be set, all in the types of the views; {@code number} is the row-major number of the
 * element if it was asked for.
 */
final class ElementwiseSource {
  private final StringBuilder text = new StringBuilder();
  private final Elementwise walk;
  private final List<String> types;
  private final int outputs;
  private final boolean numbered;

  /**
   * A kernel over these views.
   *
   * @param types the element types of all views, outputs first
   * @param outputs how many of them are written
   * @param numbered whether the body wants element numbers
   */
  ElementwiseSource(Elementwise walk, List<String> types, int outputs, boolean numbered) {
    this.walk = walk;
    this.types = types;
    this.outputs = outputs;
    this.numbered = numbered;
  }

  /**
   * The whole kernel.
   *
   * @param parameters the operation's own, such as {@code float s0}
   * @param before statements before the elements of a pack
   * @param body statements for one element
   */
  String kernel(String name, List<String> parameters, String before, String body) {
    List<String> all = new ArrayList<>();
    for (int view = 0; view < types.size(); view++) {
      all.add((written(view) ? "" : "const ") + types.get(view) + "* v" + view);
    }
    all.addAll(parameters);
    all.add(walk.nest() == null ? "i64 count" : "Nest<" + walk.nestViews() + "> nest");
    text.append("typedef ").append(walk.index()).append(" Index;\n");
    line("extern \"C\" __global__ void " + name + "(" + String.join(", ", all) + ") {");
    if (walk.nest() == null) {
      flat(before, body);
    } else {
      nested(before, body);
    }
    line("}");
    return text.toString();
  }

  private boolean written(int view) {
    return view < outputs;
  }

  private void line(String content) {
    text.append(content).append('\n');
  }

  private void flat(String before, String body) {
    int width = walk.width();
    line("const Index packs = (Index)((count + " + (width - 1) + ") / " + width + ");");
    line(
        "for (Index pack = (Index)global_thread(); pack < packs; pack += (Index)global_threads()) {");
    line("const Index first = pack * " + width + ";");
    for (int view = 0; view < types.size(); view++) {
      line("const Index at" + view + " = " + (walk.access().charAt(view) == 'U' ? "0;" : "first;"));
    }
    if (numbered) {
      line("const Index at_number = first; const Index number_step = 1;");
    }
    line(before);
    line("if ((i64)first + " + width + " <= count) {");
    pack(body);
    line("} else {");
    line("for (int j = 0; (i64)first + j < count; j++) {");
    single(body, "j");
    line("}");
    line("}");
    line("}");
  }

  private void nested(String before, String body) {
    int width = walk.width();
    line("const Index packs = (Index)(nest.count / " + width + ");");
    line(
        "for (Index pack = (Index)global_thread(); pack < packs; pack += (Index)global_threads()) {");
    line("Index at[" + walk.nestViews() + "];");
    line("walk_packs(nest, pack, " + width + ", at);");
    for (int view = 0; view < types.size(); view++) {
      line("const Index at" + view + " = at[" + view + "];");
    }
    if (numbered) {
      int last = walk.nestViews() - 1;
      line("const Index at_number = at[" + last + "];");
      line(
          "const Index number_step = nest.rank > 0 ? (Index)nest.stride["
              + last
              + "][nest.rank - 1] : 0;");
    }
    line(before);
    if (width > 1) {
      pack(body);
    } else {
      single(body, "0");
    }
    line("}");
  }

  /** A whole pack. */
  private void pack(String body) {
    int width = walk.width();
    for (int view = 0; view < types.size(); view++) {
      String type = "Pack<" + types.get(view) + ", " + width + "> p" + view;
      if (written(view)) {
        line(type + ";");
      } else if (walk.access().charAt(view) == 'V') {
        line("const " + type + " = load_pack<" + width + ">(v" + view + " + at" + view + ");");
      } else {
        line("const " + types.get(view) + " p" + view + " = v" + view + "[at" + view + "];");
      }
    }
    line("#pragma unroll");
    line("for (int j = 0; j < " + width + "; j++) {");
    for (int view = outputs; view < types.size(); view++) {
      String one = walk.access().charAt(view) == 'V' ? ".at[j]" : "";
      line("const " + types.get(view) + " x" + (view - outputs) + " = p" + view + one + ";");
    }
    element(body, "j");
    for (int view = 0; view < outputs; view++) {
      line("p" + view + ".at[j] = y" + view + ";");
    }
    line("}");
    for (int view = 0; view < outputs; view++) {
      line("store_pack(v" + view + " + at" + view + ", p" + view + ");");
    }
  }

  /** One element, {@code step} behind the first one. */
  private void single(String body, String step) {
    for (int view = outputs; view < types.size(); view++) {
      line("const " + types.get(view) + " x" + (view - outputs) + " = " + place(view, step) + ";");
    }
    element(body, step);
    for (int view = 0; view < outputs; view++) {
      line(place(view, step) + " = y" + view + ";");
    }
  }

  private String place(int view, String step) {
    boolean moves = walk.access().charAt(view) != 'U' && !step.equals("0");
    return "v" + view + "[at" + view + (moves ? " + " + step : "") + "]";
  }

  private void element(String body, String step) {
    for (int view = 0; view < outputs; view++) {
      line(types.get(view) + " y" + view + ";");
    }
    if (numbered) {
      line("const u64 number = (u64)at_number + (u64)number_step * (u64)" + step + ";");
    }
    line(body);
  }
}
