package ai.cresset.backend.cpu;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions and their gradients by oneDNN, in pieces of one thread each. With several threads
 * oneDNN would cut the sums of gradients by their number, and the last bits would depend on it.
 * Images are channels-last, weights row-major, all of rank 5.
 */
final class PiecewiseConvolution {
  private final ThreadTeam team;
  private final CopyKernel copies;
  private final PointwiseKernel pointwise;
  private final DnnlConvolution dnnl;
  private final OpenMpThreads openMp;

  PiecewiseConvolution(
      ThreadTeam team,
      OpenMpThreads openMp,
      CopyKernel copies,
      PointwiseKernel pointwise,
      DnnlConvolution dnnl) {
    this.team = team;
    this.copies = copies;
    this.pointwise = pointwise;
    this.dnnl = dnnl;
    this.openMp = openMp;
  }

  /** The operands of one piece. */
  private record Piece(Convolution window, View x, View w, @Nullable View bias, View y) {
    Piece(Convolution window, View x, View w, View y) {
      this(window, x, w, null, y);
    }

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
            all[0] &= dnnl.takes(kind, p.window, p.x, p.w, p.bias != null, p.y);
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

  /** Computes the output {@code y}; false where oneDNN has nothing for it. */
  boolean output(
      Convolution window, View x, View w, @Nullable View bias, View y, Temporaries temporaries) {
    ConvolutionPieces plan = ConvolutionPieces.ofOutput(window, x, w, y);
    return images(
        DnnlConvolution.Kind.FORWARD, new Piece(window, x, w, bias, y), plan, temporaries);
  }

  /** Computes the gradient {@code x} of the input; false where oneDNN has nothing for it. */
  boolean input(Convolution window, View x, View w, View y, Temporaries temporaries) {
    ConvolutionPieces plan = ConvolutionPieces.ofInput(window, x, w, y);
    return images(DnnlConvolution.Kind.INPUT, new Piece(window, x, w, y), plan, temporaries);
  }

  private boolean images(
      DnnlConvolution.Kind kind, Piece whole, ConvolutionPieces plan, Temporaries temporaries) {
    boolean forward = kind == DnnlConvolution.Kind.FORWARD;
    boolean direct = plan.cut() == ConvolutionPieces.Cut.BATCH;
    List<View> targets = new ArrayList<>();
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < plan.count(); i++) {
      Piece part = part(kind, whole, plan, i);
      View target = forward ? part.y : part.x;
      View to = direct ? target : ChannelsLast.like(target, target.dtype(), temporaries);
      View read = channelsLast(forward ? part.x : part.y, temporaries);
      View w = part.w.isContiguous() ? part.w : temporaries.copyOf(part.w, part.w.dtype());
      targets.add(target);
      pieces.add(new Piece(part.window, forward ? read : to, w, part.bias, forward ? to : read));
    }
    if (!takes(kind, pieces)) {
      return false;
    }
    long[] weights = new long[pieces.size()];
    openMp.single(
        () -> {
          for (int i = 0; i < weights.length; i++) {
            boolean shared = direct && i > 0 && pieces.get(i).hasShapesOf(pieces.get(i - 1));
            weights[i] = shared ? weights[i - 1] : weight(kind, pieces.get(i), temporaries);
          }
        });
    run(
        pieces,
        (i, p) -> {
          if (forward) {
            dnnl.forward(p.window, p.x, p.w, weights[i], p.bias, p.y);
          } else {
            dnnl.inputGradient(p.window, p.x, p.w, weights[i], p.y);
          }
        });
    if (!direct) {
      for (int i = 0; i < weights.length; i++) {
        copies.copy(forward ? pieces.get(i).y : pieces.get(i).x, targets.get(i));
      }
    }
    return true;
  }

  /** Where the weight of a piece lies as oneDNN wants it. */
  private long weight(DnnlConvolution.Kind kind, Piece p, Temporaries temporaries) {
    return kind == DnnlConvolution.Kind.FORWARD
        ? dnnl.forwardWeight(p.window, p.x, p.w, p.bias != null, p.y, temporaries)
        : dnnl.inputWeight(p.window, p.x, p.w, p.y, temporaries);
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
    View bias = whole.bias;
    return switch (plan.cut()) {
      case BATCH -> new Piece(window, run(x, 0, start, size), w, bias, run(y, 0, start, size));
      case CHANNELS ->
          kind == DnnlConvolution.Kind.INPUT
              ? new Piece(window, run(x, 1, start, size), run(w, 1, start, size), y)
              : new Piece(
                  window, x, run(w, 0, start, size), of(bias, start, size), run(y, 1, start, size));
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
            of(bias, start * outputs, size * outputs),
            run(y, 1, start * outputs, size * outputs));
      }
    };
  }

  private static @Nullable View of(@Nullable View bias, long start, long size) {
    return bias == null ? null : run(bias, 0, start, size);
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
