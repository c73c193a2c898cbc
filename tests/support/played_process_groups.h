// PlayedProcessGroups: a program that is a function of the test: it leaves files, prints, lets time
// pass, and ends by itself unless its watch says stop.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/manual_clock.h"
#include "support/memory_files.h"
#include "sys/processes.h"

namespace sluice::test {

class PlayedProcessGroups final : public sys::ProcessGroups {
 public:
  PlayedProcessGroups(MemoryFileSystem& files, ManualClock& clock) : files_(files), clock_(clock) {}

  static constexpr std::int64_t kGroup = 4711;  // the number of each group that runs

  base::Result<sys::GroupEnd> run(const sys::GroupCommand& command,
                                  sys::GroupWatch& watch) override {
    commands.push_back(command);
    for (const auto& [name, bytes] : leaves)
      files_.put(argument_after(command.command.argv, "--output-dir") + "/" + name, bytes);
    files_.put(command.output_file, prints);
    watch.on_start(kGroup);
    watch.on_output(prints);
    if (on_run) on_run();
    for (int i = 0; i < ticks; ++i) {
      clock_.now_ += tick;
      if (on_tick) on_tick(i + 1);
      if (!prints_each_tick.empty()) watch.on_output(prints_each_tick);
      if (watch.tick() == sys::Proceed::stop) return sys::GroupEnd{143, sys::GroupEnding::stopped};
    }
    return end;
  }

  base::Result<int> end_marked(const std::string& name, const std::string& value,
                               std::chrono::milliseconds) override {
    marks.push_back(name + "=" + value);
    return 0;
  }

  std::map<std::string, std::string> leaves;  // in the output directory
  std::string prints, prints_each_tick;
  int ticks = 1;
  std::chrono::seconds tick{1};
  base::Result<sys::GroupEnd> end = sys::GroupEnd{};
  std::function<void()> on_run;
  std::function<void(int nth)> on_tick;

  std::vector<sys::GroupCommand> commands;
  std::vector<std::string> marks;

 private:
  static std::string argument_after(const std::vector<std::string>& argv, std::string_view word) {
    for (std::size_t i = 0; i + 1 < argv.size(); ++i)
      if (argv[i] == word) return argv[i + 1];
    return "";
  }

  MemoryFileSystem& files_;
  ManualClock& clock_;
};

}  // namespace sluice::test
