// What every TestLookup promises (migrate/facts.h), asked of whichever a test brings.
#pragma once

#include <span>
#include <string>

#include "migrate/facts.h"

namespace sluice::test {

// A finished run, wherever a place keeps such things.
struct ToldRun {
  std::string run_id = "20260101_000000_00001@";
  std::string source = "green", arch = "amd64", release = "noble";
  std::string version = "1", triggers = "green/1";
  int exit_code = 0;
  std::string ppa = {};  // that it was tested with; "" none
};

struct LookupTraits {
  // Asked for the same source and architecture a second time it tells nothing. The port allows
  // both: whoever asks does it once (migration 4.6.2, item 3).
  bool tells_once = false;
  // It reads what another wrote and may be gone. The grid's own rows are read where they are
  // written: how the keeper fares on a disk that fails is what the simulator tries.
  bool can_break_down = true;
};

// Where runs end up, and a gate for noble without PPAs that asks there.
class LookupWorld {
 public:
  LookupWorld() = default;
  LookupWorld(const LookupWorld&) = delete;
  LookupWorld& operator=(const LookupWorld&) = delete;
  virtual ~LookupWorld() = default;

  virtual LookupTraits traits() const { return {}; }
  virtual void add(const ToldRun& run) = 0;
  // Of the runs that were added before the first call.
  virtual migrate::TestLookup& lookup() = 0;
  // What it reads cannot be read any more.
  virtual void break_down() {}
};

struct LookupPromise {
  const char* name;
  void (*check)(LookupWorld& world);  // of a world of its own
};

std::span<const LookupPromise> test_lookup_promises();

}  // namespace sluice::test
