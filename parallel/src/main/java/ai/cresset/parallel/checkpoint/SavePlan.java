package ai.cresset.parallel.checkpoint;

import ai.cresset.checkpoint.ShardIndex;
import ai.cresset.checkpoint.StoredPart;
import ai.cresset.checkpoint.StoredTensor;
import ai.cresset.error.CheckpointException;
import ai.cresset.parallel.mesh.Box;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who writes what. Of ranks that hold the same part, the one that has the fewest bytes to write so
 * far writes it; parts that one rank alone holds are counted first, then the largest. A function of
 * the inventories, so that every rank finds the same plan by itself.
 *
 * @param index what the checkpoint will hold
 * @param bytes to be written by each rank
 * @param names for each rank what it writes: the name of the piece in its state, by that in its
 *     file
 */
record SavePlan(ShardIndex index, List<Long> bytes, List<Map<String, String>> names) {
  /** A part and the ranks that hold it. */
  private record Copies(ShardInventory.Item item, List<Integer> ranks) {}

  /** A piece that a rank writes, with its name in the rank's state. */
  private record Chosen(int writer, String held, ShardInventory.Item item) {}

  static SavePlan of(List<ShardInventory> inventories) {
    int worldSize = inventories.size();
    List<Copies> all = new ArrayList<>(copies(inventories).values());
    // Stable: parts of equal size stay in the order of names.
    all.sort(
        Comparator.comparing((Copies each) -> each.ranks().size() > 1)
            .thenComparing(each -> -each.item().bytes()));
    List<Map<String, String>> held = inventories.stream().map(SavePlan::names).toList();
    long[] bytes = new long[worldSize];
    Map<String, List<Chosen>> chosen = new TreeMap<>();
    for (Copies each : all) {
      ShardInventory.Item item = each.item();
      if (item.box().isEmpty()) {
        continue;
      }
      int writer = each.ranks().get(0);
      for (int rank : each.ranks()) {
        writer = bytes[rank] < bytes[writer] ? rank : writer;
      }
      bytes[writer] += item.bytes();
      chosen
          .computeIfAbsent(item.tensor(), name -> new ArrayList<>())
          .add(new Chosen(writer, held.get(writer).getOrDefault(key(item), item.name()), item));
    }
    List<Map<String, String>> names = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      names.add(new TreeMap<>());
    }
    Map<String, List<StoredPart>> parts = new TreeMap<>();
    chosen.forEach((name, pieces) -> parts.put(name, stored(name, pieces, names)));
    TreeMap<String, ShardInventory.Item> wholes = new TreeMap<>();
    all.forEach(each -> wholes.putIfAbsent(each.item().tensor(), each.item()));
    TreeMap<String, StoredTensor> tensors = new TreeMap<>();
    wholes.forEach(
        (name, item) -> tensors.put(name, stored(item, parts.getOrDefault(name, List.of()))));
    ShardIndex index = new ShardIndex(tensors, new TreeMap<>(numbers(inventories)));
    return new SavePlan(index, Arrays.stream(bytes).boxed().toList(), names);
  }

  /** The names under which a rank holds its pieces, by their keys. */
  private static Map<String, String> names(ShardInventory inventory) {
    Map<String, String> names = new HashMap<>();
    inventory.items().forEach(item -> names.put(key(item), item.name()));
    return names;
  }

  /** Pieces of one tensor are numbered within their file, in the order of the index. */
  private static List<StoredPart> stored(
      String tensor, List<Chosen> pieces, List<Map<String, String>> names) {
    List<StoredPart> parts = new ArrayList<>();
    int[] counts = new int[names.size()];
    for (Chosen piece : pieces) {
      String key = ShardIndex.partKey(tensor, counts[piece.writer()]);
      counts[piece.writer()]++;
      names.get(piece.writer()).put(key, piece.held());
      parts.add(
          new StoredPart(
              ShardIndex.fileName(piece.writer(), names.size()),
              key,
              piece.item().box().offset(),
              piece.item().box().shape()));
    }
    return parts;
  }

  private static StoredTensor stored(ShardInventory.Item item, List<StoredPart> parts) {
    StoredTensor stored = new StoredTensor(item.dtype(), item.global(), parts);
    String problem = stored.problem();
    if (problem != null) {
      throw CheckpointException.because(
          "the ranks do not hold '"
              + item.tensor()
              + "' in one piece: "
              + problem
              + "; give the state the layout that the model has");
    }
    return stored;
  }

  /** Every part once, in order of names, empty ones too. */
  private static Map<String, Copies> copies(List<ShardInventory> inventories) {
    Map<String, Copies> found = new TreeMap<>();
    Map<String, ShardInventory.Item> first = new HashMap<>();
    for (int rank = 0; rank < inventories.size(); rank++) {
      for (ShardInventory.Item item : inventories.get(rank).items()) {
        ShardInventory.Item other = first.putIfAbsent(item.tensor(), item);
        if (other != null
            && (other.dtype() != item.dtype() || !other.global().equals(item.global()))) {
          throw CheckpointException.because(
              "the ranks do not agree on '"
                  + item.tensor()
                  + "': it is "
                  + other.dtype()
                  + other.global()
                  + " on one and "
                  + item.dtype()
                  + item.global()
                  + " on rank "
                  + rank
                  + "; build the same model everywhere");
        }
        found
            .computeIfAbsent(key(item), key -> new Copies(item, new ArrayList<>()))
            .ranks()
            .add(rank);
      }
    }
    return found;
  }

  private static String key(ShardInventory.Item item) {
    Box box = item.box();
    return item.tensor() + "\n" + box.offset() + box.shape();
  }

  private static Map<String, Double> numbers(List<ShardInventory> inventories) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    Map<String, Integer> from = new HashMap<>();
    for (int rank = 0; rank < inventories.size(); rank++) {
      for (Map.Entry<String, Double> number : inventories.get(rank).numbers().entrySet()) {
        String name = number.getKey();
        Double before = numbers.putIfAbsent(name, number.getValue());
        from.putIfAbsent(name, rank);
        if (before != null && !before.equals(number.getValue())) {
          throw CheckpointException.because(
              "the ranks have diverged: the optimizer's '"
                  + name
                  + "' is "
                  + before
                  + " on rank "
                  + from.get(name)
                  + " and "
                  + number.getValue()
                  + " on rank "
                  + rank
                  + "; go on from the last checkpoint");
        }
      }
    }
    return numbers;
  }

  /** What a rank writes: names in its state, by those in its file. */
  Map<String, String> writtenBy(int rank) {
    return names.get(rank);
  }
}
