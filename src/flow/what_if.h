// what_if: the decision on the present inputs against the one on supposed inputs. Reads as a run
// does and writes nothing. Source: migration 9 (e).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "flow/gate_inputs.h"
#include "migrate/difference.h"

namespace sluice::flow {

// Packages are sources by name; the version is the one that the suite in question has.
struct Supposition {
  std::vector<std::string> hints = {};    // whole hint lines
  std::vector<std::string> unblock = {};  // as if the release team approved it
  std::vector<std::string> waive = {};    // no policy holds it (force)
  // Gone from the target, whatever that breaks; but a block of the removal holds.
  std::vector<std::string> remove = {};
  std::vector<std::string> ignore_tests = {};  // SOURCE or SOURCE/ARCH: its failures count no more
  std::vector<std::string> skip_tests = {};    // tests that SOURCE triggered count no more
  std::int64_t days = 0;                       // time passes
};

// A removal that was supposed and that no hint brings about.
struct RefusedRemoval {
  std::string item;                  // "-foo"
  std::vector<std::string> because;  // keys of rejection_reasons.h, or words; not empty
};

// A name that the target would have no more after the run, and has after the present one.
struct Gone {
  static constexpr const char* kSource = "source";

  std::string name;
  std::string where;  // kSource, or the architecture of a binary package

  friend auto operator<=>(const Gone&, const Gone&) = default;
};

struct WhatIf {
  LoadedEngine loaded;  // owns the suites that the rest speaks of
  migrate::Engine& engine() const { return *loaded.engine; }
  std::shared_ptr<const migrate::Decision> present, supposed;
  migrate::Difference difference;
  std::vector<Gone> leaves;             // sorted
  std::vector<RefusedRemoval> refused;  // in the order of the supposition
};

// The log is warned of supposed hints that others overrule. Errors: those of load_engine; invalid,
// if a package is in no suite that matters or a hint line is none.
base::Result<WhatIf> suppose(const britney::Config& config, const Supposition& supposition,
                             sys::FileSystem& files, sys::Clock& clock, base::Log& log);

}  // namespace sluice::flow
