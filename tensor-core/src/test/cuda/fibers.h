// Runs the blocks of a grid, one after the other, each with one fiber for each thread.
#pragma once

#include "interface.h"

#include <cstdint>
#include <string>

namespace emulator {

// In which order the threads of a block, and the blocks of a grid, get their turn.
enum class Order { FORWARD, REVERSE, WARPS, WARPS_REVERSE, RANDOM };

struct Grid {
  uint3 size;
  uint3 block;
  unsigned shared_bytes;
};

// Where a kernel that went wrong left its reason.
struct Outcome {
  bool failed = false;
  bool illegal_address = false;
  std::string reason;
};

const char* name(Order order);

// Runs every block. Not for two host threads at once.
Outcome run(const EmulatorKernel& kernel, const char* kernel_name, void** parameters, Grid grid,
            Order order, uint64_t seed);

// Says what lies at an address that a kernel must not touch; told by the owner of memory.
extern std::string (*describe_address)(uintptr_t address);

}  // namespace emulator
