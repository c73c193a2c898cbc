// GridScene: what the grid's clients need, with a controller that is a table of answers. While they
// wait, the clock moves and nothing else happens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/cmd_grid.h"
#include "support/jobs.h"
#include "support/manual_clock.h"
#include "support/memory_files.h"
#include "support/scripted_sends.h"

namespace sluice::test {

class MovingWaiter final : public sys::Waiter {
 public:
  explicit MovingWaiter(ManualClock& clock) : clock_(clock) {}
  void wait(std::chrono::milliseconds time) override {
    clock_.now_ += time;
    ++waits;
  }
  int waits = 0;

 private:
  ManualClock& clock_;
};

struct GridScene {
  // `path` is below /api/v1.
  void answer(const std::string& method, const std::string& path, int status,
              const std::string& body) {
    http.answer(method + " http://grid.example/api/v1/" + path, status, body);
  }
  static std::string asked(const std::string& method, const std::string& path) {
    return method + " http://grid.example/api/v1/" + path;
  }

  MemoryFileSystem files;
  ManualClock clock{kNow};
  MovingWaiter waiter{clock};
  ScriptedSends http;
  std::string printed;
  std::vector<std::string> complaints;
  cli::GridClient client = cli::GridClient::open(http, files, {"http://grid.example/", ""}).value();
  cli::GridParties parties{
      client,
      clock,
      waiter,
      false,
      "jane",
      [this](std::string_view text) { printed += text; },
      [this](std::string_view line) { complaints.emplace_back(line); },
  };
};

}  // namespace sluice::test
