#include "flow/private_state.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "flow/keeper.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"
#include "support/temporary_directory.h"

namespace sluice::flow {
namespace {

using std::filesystem::perms;

perms rights_of(const std::string& path) {
  return std::filesystem::status(path).permissions() & perms::all;
}

constexpr auto kOwnAlone = perms::owner_read | perms::owner_write;
constexpr auto kForAll = kOwnAlone | perms::group_read | perms::others_read;

}  // namespace

// autopkgtest 1.6, 2.8
TEST_CASE("private state: a new database, and what SQLite puts beside it, is nobody else's") {
  const test::TemporaryDirectory folder;
  const auto path = folder.root + "/grid.db";
  const auto files = sys::posix_file_system();
  test::ManualClock clock{base::instant_of_seconds(1'800'000'000)};
  test::RecordingLog log;

  REQUIRE(make_state_private(*files, path));
  const auto keeper = Keeper::open(path, {}, clock, log);

  REQUIRE(keeper);
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    REQUIRE_MESSAGE(std::filesystem::exists(path + suffix), suffix);
    CHECK_MESSAGE(rights_of(path + suffix) == kOwnAlone, suffix);
  }
}

// autopkgtest 2.8
TEST_CASE("private state: a database of an older program, and its log, are closed and kept") {
  const test::TemporaryDirectory folder;
  const auto path = folder.root + "/grid.db";
  const auto files = sys::posix_file_system();
  for (const auto* suffix : {"", "-wal"}) {
    std::ofstream(path + suffix) << "bytes";
    std::filesystem::permissions(path + suffix, kForAll);
  }

  REQUIRE(make_state_private(*files, path));

  for (const auto* suffix : {"", "-wal"}) {
    CHECK(rights_of(path + suffix) == kOwnAlone);
    CHECK(files->read(path + suffix).value() == "bytes");
  }
  CHECK_FALSE(files->exists(path + "-shm"));
}

}  // namespace sluice::flow
