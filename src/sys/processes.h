// Processes: starting programs and waiting for them. The POSIX one is posix_processes.cc.
#pragma once

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

}  // namespace sluice::sys
