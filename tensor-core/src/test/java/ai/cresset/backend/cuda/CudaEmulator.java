package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/**
 * Libraries that stand in for the driver, NVRTC and cuBLAS and run kernels on the processor. They
 * are compiled from {@code src/test/cuda} into the directory where this process looks for
 * libraries.
 */
public final class CudaEmulator {
  private static final List<String> DRIVER = List.of("driver.cpp", "memory.cpp", "fibers.cpp");
  private static final String CUBLAS = "cublas/libcublas.so.12";
  private static final Optional<Path> DIRECTORY = directory();
  private static final Optional<String> ABSENT = make();

  private CudaEmulator() {}

  /** Why there is none in this process; empty if there is one, or a real driver. */
  public static Optional<String> absent() {
    return ABSENT;
  }

  /** Whether the device of this process is emulated. */
  public static boolean isHere() {
    return DIRECTORY.isPresent() && ABSENT.isEmpty();
  }

  /**
   * Changes how it behaves from now on.
   *
   * @param setting {@code devices}, {@code capability}, {@code driver}, {@code memory}, {@code
   *     deferred}, {@code order} or {@code fail}, as {@code driver.cpp} describes them
   */
  public static void set(String setting, Object value) {
    assumeTrue(isHere(), "left out: a real device has no setting '" + setting + "'");
    JCudaDriver.cuModuleLoad(new CUmodule(), "emulator:" + setting + "=" + value);
  }

  private static Optional<Path> directory() {
    return Stream.of(System.getenv().getOrDefault("LD_LIBRARY_PATH", "").split(":"))
        .filter(each -> each.endsWith("cuda-emulator"))
        .map(Path::of)
        .findFirst();
  }

  private static Optional<String> make() {
    if (DIRECTORY.isEmpty()) {
      return Optional.ofNullable(CudaProvider.absence()).map(Throwable::getMessage);
    }
    // Several processes may begin at once.
    try (FileChannel file =
            FileChannel.open(
                DIRECTORY.get().resolve("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock alone = file.lock()) {
      return alone.isValid() ? make(DIRECTORY.get()) : Optional.of("its lock is gone");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> make(Path directory) throws IOException {
    if (run(directory, List.of("--version")) != 0) {
      return Optional.of("there is no " + compiler() + " to compile the emulator with");
    }
    CRC32 sources = new CRC32();
    for (Path folder : List.of(directory, directory.resolve("cublas"))) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file :
            files.filter(each -> each.toString().matches(".*\\.(h|cpp|map)")).sorted().toList()) {
          sources.update(Files.readAllBytes(file));
        }
      }
    }
    String version = String.format(Locale.ROOT, "%du", sources.getValue());
    Path stamp = directory.resolve("version");
    if (Files.exists(stamp) && Files.readString(stamp).equals(version)) {
      return Optional.empty();
    }
    library(directory, version, "libcuda.so.1", "", DRIVER, "-ldl", "-lpthread", "-lm");
    library(directory, version, "libnvrtc.so.12", "nvrtc.map", List.of("nvrtc.cpp"), "-ldl");
    List<String> source = List.of("cublas/cublas.cpp");
    library(directory, version, CUBLAS, "cublas/cublas.map", source, "-L.", "-l:libcuda.so.1");
    Files.writeString(stamp, version);
    return Optional.empty();
  }

  private static void library(
      Path directory,
      String version,
      String name,
      String symbols,
      List<String> sources,
      String... libraries)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("-shared", "-fPIC", "-O2", "-std=c++17"));
    words.add("-DEMULATOR_VERSION=" + version);
    words.addAll(List.of("-Wl,-soname," + Path.of(name).getFileName(), "-o", name + ".new"));
    if (!symbols.isEmpty()) {
      words.add("-Wl,--version-script=" + symbols);
    }
    words.addAll(sources);
    words.addAll(List.of(libraries));
    if (run(directory, words) != 0) {
      throw new IllegalStateException(
          "the emulator does not compile:\n" + Files.readString(directory.resolve("log")));
    }
    Files.move(
        directory.resolve(name + ".new"),
        directory.resolve(name),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static String compiler() {
    return System.getenv().getOrDefault("CXX", "g++");
  }

  private static int run(Path directory, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(List.of(compiler()));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
    try {
      Process process = builder.start();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException("no end after 5 minutes: " + String.join(" ", command));
      }
      return process.exitValue();
    } catch (IOException e) {
      Files.writeString(directory.resolve("log"), e.toString(), StandardCharsets.UTF_8);
      return 127;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
