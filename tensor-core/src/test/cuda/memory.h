// Memory of the emulated devices: pages that the host cannot touch, with a guard behind each allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace emulator {

constexpr int MAX_DEVICES = 8;

// While one lives, this thread may touch device memory.
class DeviceAccess {
 public:
  DeviceAccess();
  ~DeviceAccess();
};

// An address of new memory filled with NaN, or 0 if the device has not so much left.
uintptr_t allocate(int device, size_t bytes);

// What is wrong with a release, or nothing.
enum class Release { FINE, UNKNOWN, OVERRUN };
Release release(uintptr_t address, std::string* what);

uintptr_t allocate_host(size_t bytes, bool mapped);
bool release_host(uintptr_t address);
bool register_host(uintptr_t address, size_t bytes);
bool unregister_host(uintptr_t address);

// Whether all of this lies in one allocation of any device.
bool on_device(uintptr_t address, size_t bytes);
// Whether it is memory of the host that a device sees.
bool on_pinned_host(uintptr_t address, size_t bytes);
bool range_of(uintptr_t address, uintptr_t* base, size_t* bytes);
int device_of(uintptr_t address);

std::string describe(uintptr_t address);

void set_capacity(size_t bytes);
size_t capacity();
size_t used(int device);
size_t allocations(int device);

}  // namespace emulator
