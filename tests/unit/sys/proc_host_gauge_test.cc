// covers: host_gauge.h
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/temporary_directory.h"
#include "sys/host_gauge.h"
#include "sys/processes.h"

using namespace sluice;
using namespace std::chrono_literals;
using sys::parse_pressure;

namespace {

// As the kernel writes it; what is not looked at is 9.
std::string stat_text(const std::string& number_and_name, const std::string& parent_and_group,
                      int resident_pages) {
  return number_and_name + " S " + parent_and_group + " 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 " +
         std::to_string(resident_pages) + " 9 9 9\n";
}

struct ProcWorld {
  void add(int number, int parent, int group, int resident_pages) {
    const auto text =
        stat_text(std::to_string(number) + " (x)",
                  std::to_string(parent) + " " + std::to_string(group), resident_pages);
    put(std::to_string(number) + "/stat", text);
  }
  void put(const std::string& name, const std::string& text) {
    const auto path = std::filesystem::path(folder.root) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::unique_ptr<sys::HostGauge> gauge() { return sys::proc_host_gauge(folder.root); }

  test::TemporaryDirectory folder;
};

// A group of this machine, looked at while it runs, and ended then.
class GaugingWatch final : public sys::GroupWatch {
 public:
  void on_start(std::int64_t group) override {
    started.push_back(group);
    bytes = sys::proc_host_gauge()->resident_bytes(group);
  }
  void on_output(std::string_view) override {}
  sys::Proceed tick() override { return sys::Proceed::stop; }

  std::vector<std::int64_t> started;
  std::optional<std::uint64_t> bytes;
};

}  // namespace

// testgrid 1.4
TEST_CASE("host gauge: the group counts with all that its processes started, and nobody else") {
  ProcWorld world;
  world.add(1, 0, 1, 1000);
  world.add(10, 1, 10, 1);
  world.add(11, 10, 10, 2);
  world.add(12, 11, 12, 4);   // left the group
  world.add(13, 12, 12, 8);   // and has a child
  world.add(14, 1, 10, 16);   // its parent is gone
  world.add(20, 1, 20, 500);  // another test
  world.put("self/stat", stat_text("10 (x)", "1 10", 500));
  world.put("30/stat", "");  // it has just ended
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));

  CHECK(world.gauge()->resident_bytes(10) == 31 * page);
  CHECK_FALSE(world.gauge()->resident_bytes(99));
}

TEST_CASE("host gauge: processes that seem to be each other's parents are counted once") {
  ProcWorld world;
  world.add(10, 11, 10, 1);
  world.add(11, 10, 10, 2);
  CHECK(world.gauge()->resident_bytes(10) ==
        3 * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
}

TEST_CASE("host gauge: a name of a process may have anything in it") {
  CHECK(sys::parse_process_stat(stat_text("7 (a) S 1 2 (b)", "3 4", 5)) ==
        sys::ProcessStat{3, 4, 5});
  for (const auto* wrong : {"", "7", "7 (x", "7 (x) S 1 2", ")", "7 (x) S a b 9 9 9 9 9 9 9 9"})
    CHECK_FALSE(sys::parse_process_stat(wrong));
  CHECK_FALSE(sys::parse_process_stat(stat_text("7 (x)", "3 4", -5)));
}

// testgrid 1.4
TEST_CASE("host gauge: pressure is what some waited in the last ten seconds") {
  CHECK(parse_pressure("some avg10=1.53 avg60=0.87 avg300=0.73 total=1\n"
                       "full avg10=7.00 avg60=0 avg300=0 total=0\n") == 1.53);
  CHECK(parse_pressure("some avg10=100.00 avg60=0.87 avg300=0.73 total=1\n") == 100.0);
  for (const auto* wrong :
       {"", "some", "full avg10=7.00 avg60=0\n", "some avg10=\n", "some avg10=x\n",
        "some avg10=100.01\n", "some avg10=-1\n", "some avg10=nan\n", "some avg60=1.00\n"})
    CHECK_FALSE(parse_pressure(wrong));
}

// testgrid 1.4: a kernel may have none of it, or not all
TEST_CASE("host gauge: what the kernel does not tell is left out") {
  ProcWorld world;
  CHECK(world.gauge()->pressure() == sys::Pressure{});
  world.put("pressure/io", "some avg10=2.50 avg60=0.00 avg300=0.00 total=0\n");
  CHECK(world.gauge()->pressure() == sys::Pressure{.io = 2.5});
  CHECK_FALSE(sys::proc_host_gauge("/nowhere")->resident_bytes(1));
}

// testgrid 1.4
TEST_CASE("host gauge: a group that runs is told by its number, once, and has memory") {
  GaugingWatch watch;
  const auto end = sys::posix_process_groups()->run(
      {.command = {{"sleep", "100000"}, {}}, .output_file = "", .tick = 10ms}, watch);
  REQUIRE(end);
  REQUIRE(watch.started.size() == 1);
  CHECK(watch.started[0] > 1);
  CHECK(watch.bytes.value_or(0) > 0);
}
