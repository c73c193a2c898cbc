// The contract of result stores, asked of the directory store, of the one in memory, and of the
// simulator's. The real Swift: result_store_swift_test.py.
//
// covers: dir_result_store.cc listing.cc
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "contract/result_store_contract.h"
#include "results/dir_result_store.h"
#include "sim/sim_store.h"
#include "support/memory_files.h"
#include "support/memory_result_store.h"

namespace sluice {
namespace {

std::string new_directory() {
  auto pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

struct ResultsOnDisk {
  ResultsOnDisk() = default;
  ResultsOnDisk(const ResultsOnDisk&) = delete;
  ResultsOnDisk& operator=(const ResultsOnDisk&) = delete;
  ~ResultsOnDisk() { std::filesystem::remove_all(root); }
  std::unique_ptr<sys::FileSystem> files = sys::posix_file_system();
  std::string root = new_directory();
  results::DirResultStore store{*files, root};
};

struct OnDiskInMemory {
  test::MemoryFileSystem files;
  results::DirResultStore store{files, "/results"};
};

struct ResultsInMemory {
  test::MemoryResultStore store;
};

// Nobody is down, and what was put is listed at once: the port promises that of none, and readers
// of Swift have to bear the rest.
struct SimulatedResults {
  sim::Coverage coverage;
  sim::SimStore store{coverage, [](const std::function<void()>& what) { what(); }};
};

}  // namespace

TEST_CASE_TEMPLATE("result store: every promise is kept", Place, ResultsOnDisk, OnDiskInMemory,
                   ResultsInMemory, SimulatedResults) {
  for (const auto& promise : test::result_store_promises()) {
    INFO(std::string(promise.name));
    Place place;
    promise.check(place.store, "autopkgtest-noble");
  }
}

}  // namespace sluice
