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
