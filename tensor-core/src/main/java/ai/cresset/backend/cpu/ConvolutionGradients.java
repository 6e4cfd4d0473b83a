package ai.cresset.backend.cpu;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradients of convolutions by oneDNN, in pieces of one thread each. With several threads oneDNN
 * would cut the sums by their number, and the last bits would depend on it. Images are
 * channels-last, weights row-major, all of rank 5.
 */
final class ConvolutionGradients {
  private final ThreadTeam team;
  private final CopyKernel copies;
  private final PointwiseKernel pointwise;
  private final DnnlConvolution dnnl;
  private final OpenMpThreads openMp;

  ConvolutionGradients(
      ThreadTeam team, CopyKernel copies, PointwiseKernel pointwise, DnnlConvolution dnnl) {
    this.team = team;
    this.copies = copies;
    this.pointwise = pointwise;
    this.dnnl = dnnl;
    this.openMp = new OpenMpThreads(team.threads());
  }

  /** The operands of one piece. */
  private record Piece(Convolution window, View x, View w, View y) {
    boolean hasShapesOf(Piece other) {
      return x.shape().equals(other.x.shape())
          && w.shape().equals(other.w.shape())
          && y.shape().equals(other.y.shape());
    }
  }

  /** What one thread does for a piece, and its number. */
  private interface Body {
    void run(int number, Piece piece);
  }

  private void run(List<Piece> pieces, Body body) {
    team.run(pieces.size(), i -> openMp.single(() -> body.run(i, pieces.get(i))));
  }

  private boolean takes(DnnlConvolution.Kind kind, List<Piece> pieces) {
    boolean[] all = {true};
    openMp.single(
        () -> {
          for (Piece p : pieces) {
            all[0] &= dnnl.takes(kind, p.window, p.x, p.w, false, p.y);
          }
        });
    return all[0];
  }

  /** Whether oneDNN would multiply matrices, image by image: of small images ours are larger. */
  private boolean multiplies(List<Piece> pieces) {
    boolean[] any = {false};
    openMp.single(
        () -> {
          for (Piece p : pieces) {
            DnnlConvolution.Kind kind = DnnlConvolution.Kind.WEIGHT;
            String chosen = dnnl.implementation(kind, p.window, p.x, p.w, false, p.y);
            any[0] |= p.window.groups() == 1 && chosen.contains("gemm");
          }
        });
    return any[0];
  }

  /** Computes the gradient {@code x} of the input; false where oneDNN has nothing for it. */
  boolean input(Convolution window, View x, View w, View y, Temporaries temporaries) {
    ConvolutionPieces plan = ConvolutionPieces.ofInput(window, x, w, y);
    Piece whole = new Piece(window, x, w, y);
    boolean images = plan.cut() == ConvolutionPieces.Cut.BATCH;
    List<View> targets = new ArrayList<>();
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < plan.count(); i++) {
      Piece part = part(DnnlConvolution.Kind.INPUT, whole, plan, i);
      View to = images ? part.x : ChannelsLast.like(part.x, x.dtype(), temporaries);
      View weight = part.w.isContiguous() ? part.w : temporaries.copyOf(part.w, w.dtype());
      targets.add(part.x);
      pieces.add(new Piece(part.window, to, weight, channelsLast(part.y, temporaries)));
    }
    if (!takes(DnnlConvolution.Kind.INPUT, pieces)) {
      return false;
    }
    long[] weights = new long[pieces.size()];
    openMp.single(
        () -> {
          for (int i = 0; i < weights.length; i++) {
            Piece p = pieces.get(i);
            boolean shared = images && i > 0 && p.hasShapesOf(pieces.get(i - 1));
            weights[i] =
                shared ? weights[i - 1] : dnnl.inputWeight(p.window, p.x, p.w, p.y, temporaries);
          }
        });
    run(pieces, (i, p) -> dnnl.inputGradient(p.window, p.x, p.w, weights[i], p.y));
    if (!images) {
      for (int i = 0; i < weights.length; i++) {
        copies.copy(pieces.get(i).x, targets.get(i));
      }
    }
    return true;
  }

  /** Computes the gradient {@code w} of the weight; false where oneDNN has nothing for it. */
  boolean weight(Convolution window, View x, View w, View y, Temporaries temporaries) {
    ConvolutionPieces plan = ConvolutionPieces.ofWeight(window, x, w, y);
    boolean sum = plan.cut() == ConvolutionPieces.Cut.BATCH && plan.count() > 1;
    boolean direct = !sum || w.dtype() == DType.FLOAT32;
    View to = direct ? w : temporaries.like(w, DType.FLOAT32);
    Piece whole = new Piece(window, x, to, y);
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < plan.count(); i++) {
      Piece part = part(DnnlConvolution.Kind.WEIGHT, whole, plan, i);
      View input = channelsLast(part.x, temporaries);
      pieces.add(new Piece(part.window, input, part.w, channelsLast(part.y, temporaries)));
    }
    if (!takes(DnnlConvolution.Kind.WEIGHT, pieces) || multiplies(pieces)) {
      return false;
    }
    if (sum) {
      sum(pieces, to, temporaries);
    } else {
      run(pieces, (i, p) -> dnnl.weightGradient(p.window, p.x, p.w, p.y, temporaries));
    }
    if (!direct) {
      copies.copy(to, w);
    }
    return true;
  }

  /**
   * Adds the weight's gradients of all pieces up in their order. Those of one shape are added in
   * oneDNN's layout and brought into that of tensors once; a smaller last one may be laid out
   * otherwise.
   */
  private void sum(List<Piece> pieces, View whole, Temporaries temporaries) {
    Piece first = pieces.get(0);
    int last = pieces.size() - 1;
    boolean even = pieces.get(last).hasShapesOf(first);
    int alike = even ? last + 1 : last;
    long[] bytes = new long[1];
    openMp.single(() -> bytes[0] = dnnl.weightBytes(first.window, first.x, first.w, first.y));
    Shape flat = Shape.of(bytes[0] / DType.FLOAT32.bytes());
    List<View> parts = new ArrayList<>();
    for (int i = 0; i < alike; i++) {
      parts.add(temporaries.of(flat, DType.FLOAT32));
    }
    View rest = even ? whole : temporaries.like(whole, DType.FLOAT32);
    run(
        pieces,
        (i, p) -> {
          if (i < alike) {
            dnnl.chosenWeightGradient(p.window, p.x, p.w, p.y, parts.get(i).address());
          } else {
            dnnl.weightGradient(p.window, p.x, rest, p.y, temporaries);
          }
        });
    View added = parts.get(0);
    add(parts, added);
    openMp.single(
        () -> dnnl.plainWeightGradient(first.window, first.x, whole, first.y, added.address()));
    if (!even) {
      add(List.of(whole, rest), whole);
    }
  }

  private void add(List<View> parts, View target) {
    OrderedSum.add(pointwise, parts, target);
  }

  /** What a piece reads and writes, as views of the whole. */
  private static Piece part(
      DnnlConvolution.Kind kind, Piece whole, ConvolutionPieces plan, int number) {
    long start = plan.start(number);
    long size = plan.size(number);
    View x = whole.x;
    View w = whole.w;
    View y = whole.y;
    Convolution window = whole.window;
    return switch (plan.cut()) {
      case BATCH -> new Piece(window, run(x, 0, start, size), w, run(y, 0, start, size));
      case CHANNELS ->
          kind == DnnlConvolution.Kind.INPUT
              ? new Piece(window, run(x, 1, start, size), run(w, 1, start, size), y)
              : new Piece(window, x, run(w, 0, start, size), run(y, 1, start, size));
      case GROUPS -> {
        long inputs = w.shape().size(1);
        long outputs = w.shape().size(0) / window.groups();
        Convolution fewer =
            new Convolution(
                window.stride(),
                window.padding(),
                window.paddingAfter(),
                window.dilation(),
                Math.toIntExact(size));
        yield new Piece(
            fewer,
            run(x, 1, start * inputs, size * inputs),
            run(w, 0, start * outputs, size * outputs),
            run(y, 1, start * outputs, size * outputs));
      }
    };
  }

  private static View run(View view, int dim, long start, long size) {
    long[] sizes = view.shape().toArray();
    if (sizes[dim] == size) {
      return view;
    }
    sizes[dim] = size;
    long offset = view.offset() + start * view.strides().stride(dim);
    return new View(view.storage(), offset, Shape.of(sizes), view.strides(), view.dtype());
  }

  private View channelsLast(View view, Temporaries temporaries) {
    return ChannelsLast.of(view, view.dtype(), copies, temporaries);
  }
}
