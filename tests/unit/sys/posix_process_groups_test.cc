// covers: spawn.cc
#include <doctest/doctest.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "sys/files.h"
#include "sys/processes.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

// Stops the group when a text has arrived.
class StoppingWatch final : public sys::GroupWatch {
 public:
  explicit StoppingWatch(std::string at) : at_(std::move(at)) {}
  void on_output(std::string_view bytes) override { output += bytes; }
  sys::Proceed tick() override {
    return !at_.empty() && output.contains(at_) ? sys::Proceed::stop : sys::Proceed::go_on;
  }

  std::string output;

 private:
  std::string at_;
};

// The grace is long, as it must not end while a busy machine lets the shell wait.
sys::GroupCommand shell(const std::string& script) {
  return {.command = {{"sh", "-c", script}, {}}, .output_file = "", .grace = 3s, .tick = 10ms};
}

std::string temporary(const std::string& name) {
  return "/tmp/sluice-groups-" + std::to_string(::getpid()) + "-" + name;
}

// What the command says that is stopped as soon as it says "ready", and then ends with 3.
std::string output_until_stopped(const sys::GroupCommand& command) {
  StoppingWatch watch("ready");
  const auto end = sys::posix_process_groups()->run(command, watch);
  REQUIRE(end);
  CHECK(*end == sys::GroupEnd{3, sys::GroupEnding::stopped});
  return watch.output;
}

}  // namespace

// testgrid 1.4
TEST_CASE("process groups: output arrives in the callback and in the file, and the exit code") {
  const auto files = sys::posix_file_system();
  const auto path = temporary("output");
  StoppingWatch watch("");
  auto command = shell("echo one; echo two >&2; exit 7");
  command.output_file = path;

  const auto end = sys::posix_process_groups()->run(command, watch);

  REQUIRE(end);
  CHECK(*end == sys::GroupEnd{7, sys::GroupEnding::by_itself});
  CHECK(watch.output == "one\ntwo\n");
  CHECK(files->read(path).value_or("") == "one\ntwo\n");
  (void)files->remove(path);
}

TEST_CASE("process groups: a group that is stopped ends with all its processes") {
  // The child in the background would keep the output open for an hour.
  CHECK(output_until_stopped(shell(
            "sleep 3600 & trap 'echo asked; exit 3' TERM; echo ready; wait")) == "ready\nasked\n");
}

// A tool takes its testbed down with the help of those whom it started.
TEST_CASE("process groups: a program that is stopped still has those whom it started") {
  auto command = shell(
      "(trap 'echo helper asked' TERM; while :; do sleep 0.02; done) & "
      "trap 'sleep 0.1; exit 3' TERM; echo ready; wait");
  CHECK(output_until_stopped(command) == "ready\n");
}

// A server of testbeds ends its session when the tool is gone: testgrid 1.4
TEST_CASE("process groups: those who tidy up after a program that was stopped can end that") {
  auto command = shell(
      "(trap '' TERM; while kill -0 $$ 2>/dev/null; do sleep 0.02; done; echo tidied) & "
      "trap 'exit 3' TERM; echo ready; wait");
  CHECK(output_until_stopped(command) == "ready\ntidied\n");
}

TEST_CASE("process groups: who does not end when asked is killed") {
  StoppingWatch watch("ready");
  auto command = shell("trap '' TERM; echo ready; while :; do sleep 1; done");
  command.grace = 200ms;

  const auto end = sys::posix_process_groups()->run(command, watch);

  REQUIRE(end);
  CHECK(*end == sys::GroupEnd{137, sys::GroupEnding::stopped});
}

TEST_CASE("process groups: the limit ends a group") {
  StoppingWatch watch("");
  auto command = shell("exec sleep 3600");
  command.limit = 50ms;

  const auto end = sys::posix_process_groups()->run(command, watch);

  REQUIRE(end);
  CHECK(*end == sys::GroupEnd{143, sys::GroupEnding::limit});
}

TEST_CASE("process groups: what a program leaves behind is killed, its end is not waited for") {
  StoppingWatch watch("");

  const auto end = sys::posix_process_groups()->run(shell("sleep 3600 & exit 0"), watch);

  REQUIRE(end);
  CHECK(end->code == 0);
}

TEST_CASE("process groups: signals that we ignore are the program's own") {
  StoppingWatch watch("");

  const auto end = sys::posix_process_groups()->run(shell("kill -HUP $$; echo lived"), watch);

  REQUIRE(end);
  CHECK(end->code == 129);
}

TEST_CASE("process groups: a program that does not exist is an error") {
  StoppingWatch watch("");
  sys::GroupCommand missing;
  missing.command.argv = {"/nonexistent/program"};

  const auto end = sys::posix_process_groups()->run(missing, watch);

  REQUIRE_FALSE(end);
  CHECK(end.error().kind == base::ErrorKind::not_found);
}

TEST_CASE("process groups: an output that cannot be written is an error") {
  StoppingWatch watch("");
  auto command = shell("while :; do echo much; done");
  command.output_file = "/dev/full";

  const auto end = sys::posix_process_groups()->run(command, watch);

  REQUIRE_FALSE(end);
  CHECK(end.error().kind == base::ErrorKind::unavailable);
}

// testgrid 1.4
TEST_CASE("process groups: what carries a mark ends, in whatever group it is") {
  const auto groups = sys::posix_process_groups();
  const auto value = std::to_string(::getpid());
  StoppingWatch watch("up");
  // setsid: out of the group that run() kills.
  auto command =
      shell("setsid sh -c 'trap \"\" TERM; echo up; while :; do sleep 1; done' & sleep 3600");
  command.command.environment = {{"SLUICE_TEST_MARK", value}};
  REQUIRE(groups->run(command, watch));
  REQUIRE(watch.output == "up\n");

  const auto ended = groups->end_marked("SLUICE_TEST_MARK", value, 100ms);

  REQUIRE(ended);
  CHECK(*ended >= 1);
  CHECK(groups->end_marked("SLUICE_TEST_MARK", value, 100ms).value_or(-1) == 0);
}

TEST_CASE("process groups: of what carries a mark the parents are asked first") {
  const auto groups = sys::posix_process_groups();
  const auto value = "parents-" + std::to_string(::getpid());
  const auto told = temporary("told");
  StoppingWatch watch("up\nup\n");  // both have their traps
  auto command = shell(
      "setsid sh -c '(trap \"echo child >> $TOLD\" TERM; echo up; while :; do sleep 0.02; done) & "
      "trap \"sleep 0.1; echo parent >> $TOLD; kill -9 $!; exit\" TERM; echo up; "
      "wait' & sleep 3600");
  command.command.environment = {{"SLUICE_TEST_MARK", value}, {"TOLD", told}};
  REQUIRE(groups->run(command, watch));
  REQUIRE(watch.output == "up\nup\n");

  const auto ended = groups->end_marked("SLUICE_TEST_MARK", value, 10s);

  REQUIRE(ended);
  const auto files = sys::posix_file_system();
  CHECK(files->read(told).value_or("") == "parent\n");
  CHECK(files->remove(told));
}
