package ai.cresset.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Chains of views, and broadcasting, against a model that maps places to places. */
class ViewPropertyTest {
  @Property(tries = 400)
  void chainsOfViewsEqualTheModel(@ForAll long seed) {
    Random random = new Random(seed);
    try (Allocator allocator = Allocator.create("views", Long.MAX_VALUE);
        Allocator.Binding binding = allocator.bind();
        Scope scope = Scope.open("views")) {
      Tensor x = numbers(random);
      NaiveTensor model = NaiveTensor.of(x);
      StringBuilder chain = new StringBuilder().append(x.shape());
      for (int i = 0; i < 5 && model.sizes().size() > 0; i++) {
        int rank = model.sizes().size();
        int dim = random.nextInt(rank);
        switch (random.nextInt(6)) {
          case 0 -> {
            int other = random.nextInt(rank);
            chain.append(" transpose ").append(dim).append(' ').append(other);
            x = x.transpose(dim, other);
            model = transposed(model, dim, other);
          }
          case 1 -> {
            long size = model.sizes().get(dim);
            long from = random.nextInt((int) size + 1);
            long step = 1L + random.nextInt(2);
            chain.append(" slice ").append(dim).append(' ').append(from).append(' ').append(step);
            x = x.slice(dim, from, size, step);
            model = sliced(model, dim, from, step);
          }
          case 2 -> {
            chain.append(" unsqueeze ").append(dim);
            x = x.unsqueeze(dim);
            List<Long> sizes = new ArrayList<>(model.sizes());
            sizes.add(dim, 1L);
            model = new NaiveTensor(sizes, model.values());
          }
          case 3 -> {
            chain.append(" flatten");
            x = x.flatten();
            model = new NaiveTensor(List.of((long) model.values().size()), model.values());
          }
          case 4 -> {
            chain.append(" expand");
            List<Long> sizes = new ArrayList<>(model.sizes());
            sizes.add(0, 2L);
            NaiveTensor narrow = model;
            x = x.expand(Shape.of(sizes.stream().mapToLong(Long::longValue).toArray()));
            model = NaiveTensor.build(sizes, narrow::broadcast);
          }
          default -> {
            chain.append(" diagonal");
            if (rank > 1) {
              NaiveTensor square = model;
              x = x.diagonal();
              model = diagonal(square);
            }
          }
        }
        if (model.values().size() > 2000) {
          break;
        }
      }
      assertEquals(model, NaiveTensor.of(x), chain.toString());
      assertEquals(model, NaiveTensor.of(x.contiguous()), chain + " contiguous");
    }
  }

  @Property(tries = 300)
  void broadcastingEqualsTheModel(@ForAll long seed) {
    Random random = new Random(seed);
    try (Allocator allocator = Allocator.create("broadcasting", Long.MAX_VALUE);
        Allocator.Binding binding = allocator.bind();
        Scope scope = Scope.open("broadcasting")) {
      List<Long> sizes = new ArrayList<>();
      int rank = random.nextInt(4);
      for (int dim = 0; dim < rank; dim++) {
        sizes.add((long) random.nextInt(4));
      }
      Tensor left = narrower(random, sizes);
      Tensor right = narrower(random, sizes);
      NaiveTensor a = NaiveTensor.of(left);
      NaiveTensor b = NaiveTensor.of(right);
      List<Long> common = new ArrayList<>();
      int wide = Math.max(a.sizes().size(), b.sizes().size());
      for (int dim = 0; dim < wide; dim++) {
        long own = size(a, wide, dim);
        common.add(own == 1 ? size(b, wide, dim) : own);
      }
      NaiveTensor expected =
          NaiveTensor.build(common, place -> a.broadcast(place) + b.broadcast(place));
      assertEquals(expected, NaiveTensor.of(left.add(right)), left.shape() + " " + right.shape());
    }
  }

  private static long size(NaiveTensor tensor, int rank, int dim) {
    int at = dim - (rank - tensor.sizes().size());
    return at < 0 ? 1 : tensor.sizes().get(at);
  }

  private static Tensor numbers(Random random) {
    int rank = 1 + random.nextInt(3);
    long[] sizes = new long[rank];
    for (int dim = 0; dim < rank; dim++) {
      sizes[dim] = 1L + random.nextInt(4);
    }
    Shape shape = Shape.of(sizes);
    return Tensor.arange(shape.numel()).to(DType.FLOAT32).reshape(shape);
  }

  private static Tensor narrower(Random random, List<Long> sizes) {
    int lead = random.nextInt(sizes.size() + 1);
    long[] own = new long[sizes.size() - lead];
    for (int dim = 0; dim < own.length; dim++) {
      own[dim] = random.nextInt(3) == 0 ? 1 : sizes.get(dim + lead);
    }
    Shape shape = Shape.of(own);
    return Tensor.arange(shape.numel()).to(DType.FLOAT32).reshape(shape);
  }

  private static NaiveTensor transposed(NaiveTensor from, int a, int b) {
    return NaiveTensor.build(swapped(from.sizes(), a, b), place -> from.get(swapped(place, a, b)));
  }

  private static List<Long> swapped(List<Long> list, int a, int b) {
    List<Long> result = new ArrayList<>(list);
    result.set(a, list.get(b));
    result.set(b, list.get(a));
    return result;
  }

  private static NaiveTensor sliced(NaiveTensor from, int dim, long start, long step) {
    List<Long> sizes = new ArrayList<>(from.sizes());
    sizes.set(dim, (sizes.get(dim) - start + step - 1) / step);
    return NaiveTensor.build(
        sizes,
        place -> {
          List<Long> source = new ArrayList<>(place);
          source.set(dim, start + place.get(dim) * step);
          return from.get(source);
        });
  }

  private static NaiveTensor diagonal(NaiveTensor from) {
    List<Long> sizes = new ArrayList<>(from.sizes().subList(2, from.sizes().size()));
    sizes.add(Math.min(from.sizes().get(0), from.sizes().get(1)));
    return NaiveTensor.build(
        sizes,
        place -> {
          List<Long> source = new ArrayList<>(place.subList(0, place.size() - 1));
          source.add(0, place.get(place.size() - 1));
          source.add(0, place.get(place.size() - 1));
          return from.get(source);
        });
  }
}
