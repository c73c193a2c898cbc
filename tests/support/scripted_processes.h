// ScriptedProcesses: programs that end as the test says; what was run is noted.
#pragma once

#include <string>
#include <vector>

#include "sys/processes.h"

namespace sluice::test {

class ScriptedProcesses final : public sys::Processes {
 public:
  base::Result<int> run(const sys::Command& command, const OnLine& on_line) override {
    commands.push_back(command.argv);
    on_line("a line");
    return code;
  }

  base::Result<int> code = 0;
  std::vector<std::vector<std::string>> commands;
};

}  // namespace sluice::test
