package ai.cresset.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Index expressions, read and written, against a model that maps places to places. */
class IndexPropertyTest {
  /** One index of an expression, and the positions it stands for. */
  private record Item(Index index, String text, @Nullable List<Long> positions, Kind kind) {}

  private enum Kind {
    ONE,
    RANGE,
    NEW,
    LIST
  }

  /** Where each element of the result comes from, in a shape. */
  private record Selection(List<Long> sizes, List<List<Long>> sources) {}

  @Property(tries = 400)
  void readingEqualsTheModel(@ForAll long seed) {
    Random random = new Random(seed);
    try (Allocator allocator = Allocator.create("index", Long.MAX_VALUE);
        Allocator.Binding binding = allocator.bind();
        Scope scope = Scope.open("index")) {
      Tensor x = tensor(random);
      List<Item> items = items(random, x.shape());
      Selection expected = select(x.shape(), items);
      Tensor got = x.get(indices(items));
      NaiveTensor model = NaiveTensor.of(x);
      List<Double> values = new ArrayList<>();
      expected.sources().forEach(place -> values.add(model.get(place)));
      assertEquals(new NaiveTensor(expected.sizes(), values), NaiveTensor.of(got), text(items));
      assertEquals(NaiveTensor.of(got), NaiveTensor.of(x.get(text(items))), text(items));
    }
  }

  @Property(tries = 300)
  void writingEqualsTheModel(@ForAll long seed) {
    Random random = new Random(seed);
    try (Allocator allocator = Allocator.create("index", Long.MAX_VALUE);
        Allocator.Binding binding = allocator.bind();
        Scope scope = Scope.open("index")) {
      Tensor x = tensor(random);
      List<Item> items = items(random, x.shape());
      Selection places = select(x.shape(), items);
      NaiveTensor before = NaiveTensor.of(x);
      Tensor value = narrower(random, places.sizes());
      NaiveTensor given = NaiveTensor.of(value);
      List<Double> values = new ArrayList<>(before.values());
      int next = 0;
      for (List<Long> place : NaiveTensor.places(places.sizes())) {
        values.set(before.number(places.sources().get(next++)), given.broadcast(place));
      }
      NaiveTensor expected = new NaiveTensor(before.sizes(), values);
      assertEquals(expected, NaiveTensor.of(x.put(value, indices(items))), "put " + text(items));
      assertEquals(before, NaiveTensor.of(x), "put changes nothing");
      x.set_(value, indices(items));
      assertEquals(expected, NaiveTensor.of(x), "set_ " + text(items));
    }
  }

  /** Distinct numbers, in memory as they are or transposed. */
  private static Tensor tensor(Random random) {
    int rank = random.nextInt(4);
    long[] sizes = new long[rank];
    for (int dim = 0; dim < rank; dim++) {
      sizes[dim] = 1L + random.nextInt(4);
    }
    Shape shape = Shape.of(sizes);
    Tensor x = Tensor.arange(shape.numel()).to(DType.FLOAT32).reshape(shape);
    return rank > 1 && random.nextBoolean() ? x.transpose(0, rank - 1) : x;
  }

  /** A value that broadcasts to a shape, of other numbers than the tensor's. */
  private static Tensor narrower(Random random, List<Long> sizes) {
    int lead = random.nextInt(sizes.size() + 1);
    long[] own = new long[sizes.size() - lead];
    for (int dim = 0; dim < own.length; dim++) {
      own[dim] = random.nextInt(3) == 0 ? 1 : sizes.get(dim + lead);
    }
    Shape shape = Shape.of(own);
    return Tensor.arange(shape.numel()).to(DType.FLOAT32).add(1000).reshape(shape);
  }

  private static List<Item> items(Random random, Shape shape) {
    List<Item> items = new ArrayList<>();
    int used = 0;
    boolean duplicates = false;
    int length = 1 + random.nextInt(3);
    while (used < shape.rank() && random.nextInt(6) > 0) {
      long size = shape.size(used);
      switch (random.nextInt(5)) {
        case 0 -> items.add(new Item(Index.newAxis(), "None", null, Kind.NEW));
        case 1 -> {
          long at = random.nextInt((int) size);
          long given = random.nextBoolean() ? at : at - size;
          items.add(new Item(Index.at(given), "" + given, List.of(at), Kind.ONE));
          used++;
        }
        case 2, 3 -> {
          items.add(range(random, size));
          used++;
        }
        default -> {
          long[] given = new long[length];
          List<Long> positions = new ArrayList<>();
          for (int i = 0; i < length; i++) {
            // Different positions, so that it does not matter which one is written last.
            long at = i < size ? i : 0;
            duplicates |= i >= size;
            positions.add(at);
            given[i] = random.nextBoolean() ? at : at - size;
          }
          if (!duplicates) {
            String text = Arrays.toString(given);
            items.add(new Item(Index.index(given), text, positions, Kind.LIST));
            used++;
          }
          duplicates = false;
        }
      }
    }
    return items;
  }

  private static Item range(Random random, long size) {
    Long from = random.nextBoolean() ? null : random.nextInt((int) size * 3) - size;
    Long to = random.nextBoolean() ? null : random.nextInt((int) size * 3) - size;
    long step = 1L + random.nextInt(3);
    List<Long> positions = new ArrayList<>();
    long start = from == null ? 0 : Math.max(0, from < 0 ? from + size : from);
    long end = to == null ? size : Math.min(size, to < 0 ? to + size : to);
    for (long at = start; at < end; at += step) {
      positions.add(at);
    }
    String text = (from == null ? "" : from) + ":" + (to == null ? "" : to) + ":" + step;
    return new Item(new Index.Range(from, to, step), text, positions, Kind.RANGE);
  }

  private static Index[] indices(List<Item> items) {
    return items.stream().map(Item::index).toArray(Index[]::new);
  }

  private static String text(List<Item> items) {
    return String.join(",", items.stream().map(Item::text).toList());
  }

  /** Follows the definition: lists run together, all other indices for themselves. */
  private static Selection select(Shape shape, List<Item> given) {
    List<Item> items = new ArrayList<>(given);
    int used = (int) given.stream().filter(item -> item.kind() != Kind.NEW).count();
    for (int dim = used; dim < shape.rank(); dim++) {
      List<Long> all = new ArrayList<>();
      for (long at = 0; at < shape.size(dim); at++) {
        all.add(at);
      }
      items.add(new Item(Index.all(), ":", all, Kind.RANGE));
    }
    List<Item> kept = new ArrayList<>(items);
    kept.removeIf(item -> item.kind() == Kind.ONE);
    int first = -1;
    int last = -1;
    int lists = 0;
    long length = 1;
    for (int i = 0; i < kept.size(); i++) {
      if (kept.get(i).kind() == Kind.LIST) {
        first = first < 0 ? i : first;
        last = i;
        lists++;
        length = positions(kept.get(i)).size();
      }
    }
    int at = lists > 0 && last - first + 1 == lists ? first : 0;
    List<Long> sizes = new ArrayList<>();
    for (Item item : kept) {
      if (item.kind() != Kind.LIST) {
        sizes.add(item.kind() == Kind.NEW ? 1L : (long) positions(item).size());
      }
    }
    if (lists > 0) {
      sizes.add(at, length);
    }
    List<List<Long>> sources = new ArrayList<>();
    for (List<Long> place : NaiveTensor.places(sizes)) {
      List<Long> source = new ArrayList<>();
      int dim = 0;
      for (Item item : items) {
        if (item.kind() == Kind.ONE) {
          source.add(positions(item).get(0));
        } else if (item.kind() == Kind.LIST) {
          source.add(positions(item).get(place.get(at).intValue()));
        } else {
          dim += lists > 0 && dim == at ? 1 : 0;
          long own = place.get(dim++);
          if (item.kind() == Kind.RANGE) {
            source.add(positions(item).get((int) own));
          }
        }
      }
      sources.add(source);
    }
    return new Selection(sizes, sources);
  }

  private static List<Long> positions(Item item) {
    List<Long> positions = item.positions();
    return positions == null ? List.of() : positions;
  }
}
