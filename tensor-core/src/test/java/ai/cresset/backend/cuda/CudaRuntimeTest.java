package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.cresset.backend.BackgroundUpload;
import ai.cresset.backend.View;
import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory, copies, streams and launches; work is put off until the host waits for it. */
@OnCuda
class CudaRuntimeTest {
  private static final String ADD =
      """
      extern "C" __global__ void add(i32* x, i32 by, i64 count) {
        i64 i = global_thread();
        if (i < count) x[i] += by;
      }
      """;
  private static final String CHECK =
      """
      extern "C" __global__ void check(Failure* failure, i64 index, i64 size) {
        checked_index(failure, index, size);
      }
      """;
  private static final CudaContext CONTEXT = cachingContext();

  private final Allocator allocator = Allocator.create("test", 1L << 32);
  private long allocatedBefore;

  private static CudaContext cachingContext() {
    String set = System.setProperty(CachingAllocator.CACHING, "true");
    try {
      return new CudaContext(Device.cuda(0));
    } finally {
      System.setProperty(CachingAllocator.CACHING, String.valueOf(set));
    }
  }

  @BeforeEach
  void putOffWork() {
    allocatedBefore = CONTEXT.statistics().allocatedBytes();
    set("deferred", 1);
  }

  @AfterEach
  void nothingIsLeft() {
    set("deferred", 0);
    set("fail", "");
    CONTEXT.synchronize();
    CONTEXT.emptyCache();
    allocator.close();
    assertEquals(allocatedBefore, CONTEXT.statistics().allocatedBytes());
  }

  private static void set(String setting, Object value) {
    if (CudaEmulator.isHere()) {
      CONTEXT.enter();
      CudaEmulator.set(setting, value);
    }
  }

  private Storage host(int[] values) {
    Storage host = allocator.allocate(4L * values.length);
    NativeMemory.write(values, 0, host.address(), values.length);
    return host;
  }

  private static int[] numbers(int count, int seed) {
    return new Random(seed).ints(count).toArray();
  }

  private int[] read(long deviceAddress, int count) {
    Storage back = allocator.allocate(4L * count);
    CONTEXT.staging().download(deviceAddress, back.address(), 4L * count);
    int[] values = new int[count];
    NativeMemory.read(back.address(), values, 0, count);
    back.release();
    return values;
  }

  private static Launch add(long address, int by, long count) {
    return CONTEXT
        .launch(CONTEXT.kernels().generated("add", ADD))
        .address(address)
        .int32(by)
        .int64(count);
  }

  @Test
  void copiesOfAnySizeArriveWhileTheHostGoesOn() {
    List<Storage> devices = new ArrayList<>();
    int[] counts = {1, 3, 1000, 1 << 20, 5 << 20, 12_345_678, 7};
    for (int count : counts) {
      Storage device = CONTEXT.allocate(allocator, 4L * count);
      devices.add(device);
      Storage host = host(numbers(count, count));
      CONTEXT.staging().upload(host.address(), device.address(), 4L * count);
      NativeMemory.fill(host.address(), 4L * count, (byte) 0); // it was read
      host.release();
      add(device.address(), 1, count).runFor(count, 256);
    }
    for (int i = 0; i < counts.length; i++) {
      int[] expected = numbers(counts[i], counts[i]);
      for (int j = 0; j < expected.length; j++) {
        expected[j]++;
      }
      assertArrayEquals(expected, read(devices.get(i).address(), counts[i]));
    }
    devices.forEach(Storage::release);
  }

  @Test
  void manySmallCopiesGoRoundTheRing() {
    Storage device = CONTEXT.allocate(allocator, 4L * 100_000);
    Storage host = host(numbers(100_000, 9));
    for (int i = 0; i < 300; i++) {
      CONTEXT.staging().upload(host.address(), device.address(), 400_000 - 4L * i);
    }
    assertArrayEquals(numbers(100_000, 9), read(device.address(), 100_000));
    host.release();
    device.release();
  }

  @Test
  void memoryThatWasReleasedIsUsedAgainInOrder() {
    Storage first = CONTEXT.allocate(4096);
    long address = first.address();
    add(address, 1, 1024).runFor(1024, 128);
    first.release();
    Storage second = CONTEXT.allocate(4096);
    assertEquals(address, second.address());
    Storage host = host(numbers(1024, 1));
    CONTEXT.staging().upload(host.address(), second.address(), 4096);
    host.release();
    assertArrayEquals(numbers(1024, 1), read(address, 1024));
    second.release();
  }

  @Test
  void batchesTravelOnTheirOwnStreamAndKernelsWaitForThem() {
    CopyStream copies = CONTEXT.copies();
    int count = 100_000;
    List<BackgroundUpload.Transfer> ahead = new ArrayList<>();
    for (int step = 0; step < 12; step++) {
      Storage host = host(numbers(count, step));
      ahead.add(copies.begin(allocator, host.address(), 4L * count));
      NativeMemory.fill(host.address(), 4L * count, (byte) -1);
      host.release();
      if (step >= 2) {
        BackgroundUpload.Transfer transfer = ahead.get(step - 2);
        transfer.join();
        Storage batch = transfer.target();
        add(batch.address(), step, count).runFor(count, 256);
        if (step % 3 == 0) {
          int[] expected = numbers(count, step - 2);
          for (int i = 0; i < count; i++) {
            expected[i] += step;
          }
          assertArrayEquals(expected, read(batch.address(), count), "step " + step);
        }
        batch.release();
      }
    }
    ahead.get(10).target().release(); // not joined
    ahead.get(11).target().release();
    assertEquals(0, allocator.statistics().liveStorages());
  }

  @Test
  void indexesThatAreOutsideAreToldAtTheNextWait() {
    Kernel kernel = CONTEXT.kernels().generated("check", CHECK);
    CONTEXT.launch(kernel).failure("gather", 5).int64(4).int64(5).run(1, 32, 0);
    CONTEXT.launch(kernel).failure("gather", 5).int64(5).int64(5).run(1, 32, 0);
    ShapeException error = assertThrows(ShapeException.class, CONTEXT::synchronize);
    assertTrue(String.valueOf(error.getMessage()).contains("index 5"), error.getMessage());
    CONTEXT.synchronize();
    for (int i = 0; i < 3000; i++) { // more calls than slots
      CONTEXT.launch(kernel).failure("gather", 5).int64(i % 5).int64(5).run(1, 32, 0);
      CONTEXT.launch(kernel).failure("gather", 5).int64(9).int64(5).run(0, 32, 0);
    }
    CONTEXT.synchronize();
  }

  @Test
  void blockingLaunchesTellAtTheCall() {
    System.setProperty(CudaContext.BLOCKING, "true");
    CudaContext blocking;
    try {
      blocking = new CudaContext(Device.cuda(0));
    } finally {
      System.clearProperty(CudaContext.BLOCKING);
    }
    Kernel kernel = blocking.kernels().generated("check", CHECK);
    Launch launch = blocking.launch(kernel).failure("gather", 5).int64(-1).int64(5);
    assertThrows(ShapeException.class, () -> launch.run(1, 32, 0));
    assertEquals(1, blocking.launches());
  }

  @Test
  void twoCallsOfAThreadAreNotMixed() {
    Launch first = add(0, 1, 0);
    Launch second = add(0, 2, 0);
    IllegalStateException error =
        assertThrows(IllegalStateException.class, () -> first.run(1, 32, 0));
    assertEquals("the call of add was not run before that of add began", error.getMessage());
    second.run(0, 32, 0);
  }

  @Test
  void viewsOfOtherDevicesAreRefused() {
    Storage host = host(new int[] {1});
    View view = View.contiguous(host, Shape.of(1), DType.INT32);
    Launch launch = CONTEXT.launch(CONTEXT.kernels().generated("add", ADD));
    DeviceException error = assertThrows(DeviceException.class, () -> launch.view(view));
    assertEquals(
        "add: tensors are on cuda:0 and cpu; move one of them with to(Device)", error.getMessage());
    host.release();
  }

  @Test
  void fullDeviceSaysWhatIsInUse() {
    long total = CONTEXT.properties().totalBytes();
    Storage held = CONTEXT.allocate(3 << 20);
    DeviceException error =
        assertThrows(DeviceException.class, () -> CONTEXT.allocate(total + (1L << 30)));
    assertTrue(
        String.valueOf(error.getMessage())
            .matches(
                "device cuda:0 is out of memory: \\d+ bytes were wanted, \\d+ are allocated by this"
                    + " process, \\d+ reserved in pieces that are too small, \\d+ of "
                    + total
                    + " free; make batches smaller, .*"),
        error.getMessage());
    held.release();
  }

  @Test
  void failuresOfTheDriverNameKernelAndArguments() {
    assumeTrue(CudaEmulator.isHere(), "left out: only the emulator fails on demand");
    set("fail", "cuLaunchKernel:1:701");
    Launch launch = add(0x1234, 7, 99);
    DeviceException error = assertThrows(DeviceException.class, () -> launch.run(3, 32, 16));
    assertEquals(
        "starting add on 3 x 1 x 1 blocks of 32 x 1 x 1 threads with 16 bytes of shared memory and"
            + " arguments (0x1234, 0x7, 0x63) on cuda:0 failed:"
            + " CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
        error.getMessage());
    set("fail", "cuStreamSynchronize:1:700");
    DeviceException lost = assertThrows(DeviceException.class, CONTEXT::synchronize);
    assertTrue(
        String.valueOf(lost.getMessage()).contains("restart it. The last kernel started was "),
        lost.getMessage());
  }

  @Test
  void sourcesThatDoNotCompileShowTheCompilersLog() {
    DeviceException error =
        assertThrows(
            DeviceException.class,
            () ->
                CONTEXT
                    .kernels()
                    .generated(
                        "wrong", "\nextern \"C\" __global__ void wrong() {\n  nothing();\n}\n"));
    String text = String.valueOf(error.getMessage());
    assertTrue(text.startsWith("NVRTC could not compile wrong.cu:\n"), text);
    assertTrue(text.contains("wrong.cu:3") || text.contains("wrong.cu(3)"), text);
    DeviceException missing =
        assertThrows(DeviceException.class, () -> CONTEXT.kernels().generated("other", ADD));
    assertTrue(String.valueOf(missing.getMessage()).contains("is it extern"), missing.getMessage());
  }

  @Test
  void compiledKernelsAreKeptOnDiskAndMadeAnewWhenDamaged(@TempDir Path directory)
      throws Exception {
    assertEquals(1, compilations(directory));
    assertEquals(0, compilations(directory));
    try (Stream<Path> entries = Files.list(directory)) {
      Path entry = entries.findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(entry);
      bytes[bytes.length / 2] ^= 1;
      Files.write(entry, bytes);
    }
    assertEquals(1, compilations(directory));
    assertEquals(0, compilations(directory));
  }

  private static long compilations(Path directory) {
    KernelLibrary library = new KernelLibrary(CONTEXT, new KernelCache(directory));
    library.generated("add", ADD);
    return library.compilations();
  }

  @Test
  void threadsThatWantTheSameKernelCompileItOnce() throws Exception {
    KernelLibrary library = new KernelLibrary(CONTEXT, new KernelCache(null));
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Callable<Kernel>> calls = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        calls.add(() -> library.generated("add", ADD));
      }
      for (var each : threads.invokeAll(calls)) {
        assertNotNull(each.get());
      }
    } finally {
      threads.shutdown();
    }
    assertEquals(1, library.compilations());
  }

  @Test
  void devicesThatTheCompilerDoesNotKnowGetAssembly() {
    assertFalse(new KernelCompiler(9, 0).isAssembly());
    assertTrue(new KernelCompiler(12, 9).isAssembly());
    DeviceException error = assertThrows(DeviceException.class, () -> new KernelCompiler(3, 0));
    assertTrue(
        String.valueOf(error.getMessage()).contains("cannot compile for compute capability 3.0"),
        error.getMessage());
  }

  @Test
  void machinesWithDriverAndWithoutCompilerSaySo(@TempDir Path directory) throws Exception {
    assumeTrue(CudaEmulator.isHere(), "left out: a real driver has its libraries everywhere");
    String name = "libcuda.so.1";
    Files.copy(
        Path.of(System.getenv("LD_LIBRARY_PATH").split(":", 2)[0], name), directory.resolve(name));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Djava.library.path=" + System.getProperty("java.library.path"),
            "-cp",
            System.getProperty("java.class.path"),
            DeviceProbe.class.getName(),
            "0");
    builder.environment().put("LD_LIBRARY_PATH", directory.toString());
    Process process = builder.redirectErrorStream(true).start();
    byte[] output = process.getInputStream().readAllBytes();
    assertEquals(
        List.of(
            "opened 0",
            "device cuda is not available: CUDA's run-time compiler cannot be loaded"
                + " (libnvrtc.so.12 was not found); install the CUDA 12 runtime libraries (NVRTC)"
                + " and put their folder on LD_LIBRARY_PATH, or use Device.CPU"),
        new String(output, StandardCharsets.UTF_8).lines().toList());
  }
}
