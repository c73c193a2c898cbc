// The subcommands of the grid on the command line. Source: testgrid 5.3.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/grid_arguments.h"

namespace CLI {
class App;
}

namespace sluice::cli {

// What the help of every subcommand ends with.
inline constexpr const char* kExitCodes =
    "Exit codes: 0 success; 1 the work could not be done, the message says why; 2 wrong usage.";

// Adds them; what was chosen can be asked for after parsing. Lives as long as the App.
class GridCommands {
 public:
  explicit GridCommands(CLI::App& app);
  GridCommands(const GridCommands&) = delete;
  GridCommands& operator=(const GridCommands&) = delete;
  ~GridCommands();

  // Nothing if `name` is no subcommand of the grid.
  std::optional<GridArguments> chosen(const std::string& name) const;

 private:
  struct Raw;
  std::unique_ptr<Raw> raw_;
};

}  // namespace sluice::cli
