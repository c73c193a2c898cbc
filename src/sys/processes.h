// Processes: starting programs and waiting for them. The POSIX ones are posix_processes.cc and
// posix_process_groups.cc.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sluice::sys {

struct Command {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH; not empty
  std::vector<std::pair<std::string, std::string>> environment;  // added to the present one
};

class Processes {
 public:
  Processes() = default;
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;
  virtual ~Processes() = default;

  // Runs the command without input and waits. `on_line` gets each line of its standard output and
  // standard error, in the order of arrival, without the newline; it must not run processes itself.
  // Answers the exit code, 128 + N for death by signal N. Errors: not_found (no such program),
  // denied, unavailable.
  using OnLine = std::function<void(std::string_view)>;
  virtual base::Result<int> run(const Command& command, const OnLine& on_line) = 0;
};

// The machine's processes.
std::unique_ptr<Processes> posix_processes();

enum class Proceed : std::uint8_t { go_on, stop };

// Sees a group of processes while it runs, in the thread of run().
class GroupWatch {
 public:
  GroupWatch() = default;
  GroupWatch(const GroupWatch&) = delete;
  GroupWatch& operator=(const GroupWatch&) = delete;
  virtual ~GroupWatch() = default;

  // First, once: the group runs, and this is its number to the kernel.
  virtual void on_start(std::int64_t group) { (void)group; }
  virtual void on_output(std::string_view bytes) = 0;  // of both outputs, as it arrives
  virtual Proceed tick() = 0;                          // asked about every GroupCommand::tick
};

struct GroupCommand {
  Command command;
  std::string output_file;  // grows by the output as it arrives; missing parents are not made
  std::chrono::milliseconds limit{0};       // for the whole; 0 is none
  std::chrono::milliseconds grace{10'000};  // from the request to end to the kill
  std::chrono::milliseconds tick{500};
};

enum class GroupEnding : std::uint8_t { by_itself, stopped, limit };

struct GroupEnd {
  int code = 0;  // as Processes::run() answers it
  GroupEnding ending = GroupEnding::by_itself;
  friend bool operator==(const GroupEnd&, const GroupEnd&) = default;
};

// Programs that run for hours and start others: each gets a process group of its own, and nothing
// of the group survives its end.
class ProcessGroups {
 public:
  ProcessGroups() = default;
  ProcessGroups(const ProcessGroups&) = delete;
  ProcessGroups& operator=(const ProcessGroups&) = delete;
  virtual ~ProcessGroups() = default;

  // Without input. A program that is stopped, or over its limit, gets SIGTERM and after the grace
  // its group gets SIGKILL; what a program leaves of its group when it exits gets SIGKILL at once.
  // The request is the program's alone: those whom it started may be what it needs to end well, as
  // autopkgtest needs its virtualisation server to take a testbed down. May be called
  // by several threads at once. Errors: not_found (no such program), denied, unavailable (also: no
  // space for the output; the group was killed).
  virtual base::Result<GroupEnd> run(const GroupCommand& command, GroupWatch& watch) = 0;

  // Ends, in the same two steps, every process that was started with this variable in its
  // environment, whatever group it is in: what a worker that died has left. Asked first are those
  // whose parent is none of them, then those who have outlived theirs. Answers how many there
  // were. Errors: unavailable (some are still there).
  virtual base::Result<int> end_marked(const std::string& name, const std::string& value,
                                       std::chrono::milliseconds grace) = 0;
};

// The machine's process groups.
std::unique_ptr<ProcessGroups> posix_process_groups();

}  // namespace sluice::sys
