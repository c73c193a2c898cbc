// Remotes: machines that hold testbeds, `ARCH ADDRESS N` a line, and the slots that they give.
// Source: autopkgtest 2.1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::worker {

struct Remote {
  std::string arch, address;
  int slots = 0;
  friend bool operator==(const Remote&, const Remote&) = default;
};

// Empty lines and "#" comments are passed over. Errors: invalid, with the line: an architecture
// that is none, no number from 0 to 1000, an address twice for one architecture.
base::Result<std::vector<Remote>> parse_remotes(std::string_view text);

struct Slot {
  std::string name;  // WORKER-N; no other slot of the grid has it
  std::string arch;
  std::string remote;  // address; "" this machine
  friend bool operator==(const Slot&, const Slot&) = default;
};

// `count` slots of one architecture on this machine.
std::vector<Slot> local_slots(const std::string& worker, const std::string& arch, int count);
// Those of the remotes, in their order; `arch`: only of this one, "" all.
std::vector<Slot> remote_slots(const std::string& worker, const std::vector<Remote>& remotes,
                               std::string_view arch);

}  // namespace sluice::worker
