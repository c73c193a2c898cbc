// The log of a test while it runs, for `sluice log --follow`. Format: docs/formats/queue-api.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/cmd_grid.h"

namespace sluice::cli {

class LogFollower {
 public:
  // `id`: of the job, "j-7". Borrows `parties`.
  LogFollower(std::string id, GridParties& parties);

  // Prints what is new, each byte once. What the server does not have any more is left out, and
  // that is said; so is the beginning of another attempt. Errors: of the client.
  base::Result<void> print_news();
  // The job is over: nothing follows.
  void end();

  bool has_printed() const { return has_printed_; }

 private:
  void begin_attempt(std::int64_t epoch);
  void print(std::string_view bytes);
  void print_held();

  std::string id_, path_;
  GridParties& parties_;
  std::int64_t epoch_ = 0;  // of the attempt that is shown; 0 none yet
  std::int64_t next_ = 0;   // byte of its log
  std::string held_;        // the last byte, if what it means to a terminal depends on the next
  bool has_printed_ = false;
  std::int64_t left_out_ = 0;  // bytes, of all attempts
};

}  // namespace sluice::cli
