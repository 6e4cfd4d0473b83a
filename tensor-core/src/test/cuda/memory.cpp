#include "memory.h"

#include <cstdio>
#include <cstring>
#include <deque>
#include <map>
#include <sys/mman.h>

namespace emulator {
namespace {

constexpr size_t PAGE = 4096;
// Every allocation of the driver starts at such an address.
constexpr size_t ALIGNMENT = 256;
constexpr unsigned char CANARY = 0xa5;
constexpr size_t MOST_POISONED = 64 << 20;
// Addresses of released memory are not used again until so many others were released.
constexpr size_t QUARANTINE = 256;

struct Allocation {
  char* pages;
  size_t mapped;
  size_t bytes;
  int device;
};

std::map<uintptr_t, Allocation> device_memory;
std::map<uintptr_t, size_t> host_memory;
std::map<uintptr_t, size_t> registered_memory;
std::deque<std::pair<char*, size_t>> released;
std::map<uintptr_t, size_t> released_ranges;
size_t memory_capacity = size_t{8} << 30;
size_t memory_used[MAX_DEVICES];

// A protection key keeps the host from device memory: without one, nobody notices.
int protection_key() {
  static int key = pkey_alloc(0, PKEY_DISABLE_ACCESS);
  return key;
}

void set_access(unsigned rights) {
  if (protection_key() >= 0) pkey_set(protection_key(), rights);
}

template <typename Map> typename Map::const_iterator before(const Map& map, uintptr_t address) {
  auto at = map.upper_bound(address);
  return at == map.begin() ? map.end() : --at;
}

bool inside(const std::map<uintptr_t, size_t>& map, uintptr_t address, size_t bytes) {
  auto at = before(map, address);
  return at != map.end() && address + bytes <= at->first + at->second;
}

}  // namespace

DeviceAccess::DeviceAccess() { set_access(0); }
DeviceAccess::~DeviceAccess() { set_access(PKEY_DISABLE_ACCESS); }

uintptr_t allocate(int device, size_t bytes) {
  size_t counted = (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  if (counted > memory_capacity - memory_used[device]) return 0;
  size_t mapped = (counted + PAGE - 1) & ~(PAGE - 1);
  char* pages = static_cast<char*>(mmap(nullptr, mapped + 2 * PAGE, PROT_NONE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (pages == MAP_FAILED) return 0;
  char* data = pages + PAGE;
  if (protection_key() >= 0) {
    pkey_mprotect(data, mapped, PROT_READ | PROT_WRITE, protection_key());
  } else {
    mprotect(data, mapped, PROT_READ | PROT_WRITE);
  }
  char* start = data + mapped - counted;
  {
    DeviceAccess access;
    memset(start + bytes, CANARY, counted - bytes);
    if (bytes <= MOST_POISONED) {
      memset(data, CANARY, (size_t)(start - data));
      memset(start, 0xff, bytes);
    }
  }
  memory_used[device] += counted;
  device_memory[(uintptr_t)start] = {pages, mapped + 2 * PAGE, bytes, device};
  return (uintptr_t)start;
}

Release release(uintptr_t address, std::string* what) {
  auto at = device_memory.find(address);
  if (at == device_memory.end()) return Release::UNKNOWN;
  Allocation allocation = at->second;
  size_t counted = (allocation.bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  bool overrun = false;
  {
    DeviceAccess access;
    const char* start = (const char*)address;
    for (size_t i = allocation.bytes; i < counted; i++) overrun |= (unsigned char)start[i] != CANARY;
    if (allocation.bytes <= MOST_POISONED) {
      for (const char* i = allocation.pages + PAGE; i < start; i++) {
        overrun |= (unsigned char)*i != CANARY;
      }
    }
  }
  device_memory.erase(at);
  memory_used[allocation.device] -= counted;
  mprotect(allocation.pages, allocation.mapped, PROT_NONE);
  madvise(allocation.pages, allocation.mapped, MADV_DONTNEED);
  released.emplace_back(allocation.pages, allocation.mapped);
  released_ranges[(uintptr_t)allocation.pages] = allocation.mapped;
  if (released.size() > QUARANTINE) {
    released_ranges.erase((uintptr_t)released.front().first);
    munmap(released.front().first, released.front().second);
    released.pop_front();
  }
  if (overrun) {
    *what = "somebody wrote beside an allocation of " + std::to_string(allocation.bytes) + " bytes";
    return Release::OVERRUN;
  }
  return Release::FINE;
}

uintptr_t allocate_host(size_t bytes, bool) {
  size_t mapped = (bytes + PAGE - 1) & ~(PAGE - 1);
  void* pages = mmap(nullptr, mapped + PAGE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) return 0;
  mprotect((char*)pages + mapped, PAGE, PROT_NONE);
  host_memory[(uintptr_t)pages] = mapped;
  return (uintptr_t)pages;
}

bool release_host(uintptr_t address) {
  auto at = host_memory.find(address);
  if (at == host_memory.end()) return false;
  munmap((void*)address, at->second + PAGE);
  host_memory.erase(at);
  return true;
}

bool register_host(uintptr_t address, size_t bytes) {
  return registered_memory.emplace(address, bytes).second;
}

bool unregister_host(uintptr_t address) { return registered_memory.erase(address) == 1; }

bool range_of(uintptr_t address, uintptr_t* base, size_t* bytes) {
  auto at = before(device_memory, address);
  if (at == device_memory.end() || address > at->first + at->second.bytes) return false;
  *base = at->first;
  *bytes = at->second.bytes;
  return true;
}

bool on_device(uintptr_t address, size_t bytes) {
  uintptr_t base;
  size_t size;
  return range_of(address, &base, &size) && address + bytes <= base + size;
}

int device_of(uintptr_t address) {
  auto at = before(device_memory, address);
  return at == device_memory.end() ? -1 : at->second.device;
}

bool on_pinned_host(uintptr_t address, size_t bytes) {
  return inside(host_memory, address, bytes) || inside(registered_memory, address, bytes);
}

std::string describe(uintptr_t address) {
  char text[160];
  auto at = before(device_memory, address);
  auto freed = before(released_ranges, address);
  if (at != device_memory.end() && address < at->first + at->second.bytes + (1 << 16)) {
    snprintf(text, sizeof(text), "address %#zx, %zd bytes behind an allocation of %zu bytes",
             (size_t)address, (ssize_t)(address - at->first - at->second.bytes), at->second.bytes);
  } else if (freed != released_ranges.end() && address < freed->first + freed->second) {
    snprintf(text, sizeof(text), "address %#zx, which was released", (size_t)address);
  } else {
    snprintf(text, sizeof(text), "address %#zx, which is nobody's", (size_t)address);
  }
  return text;
}

void set_capacity(size_t bytes) { memory_capacity = bytes; }
size_t capacity() { return memory_capacity; }
size_t used(int device) { return memory_used[device]; }

size_t allocations(int device) {
  size_t count = 0;
  for (const auto& each : device_memory) count += each.second.device == device;
  return count;
}

}  // namespace emulator
