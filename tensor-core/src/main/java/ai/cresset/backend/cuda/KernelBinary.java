package ai.cresset.backend.cuda;

import java.nio.charset.StandardCharsets;

/**
 * What the compiler made of a source.
 *
 * @param isAssembly whether it is PTX, which the driver translates, rather than a device's own code
 */
record KernelBinary(byte[] bytes, boolean isAssembly) {
  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
