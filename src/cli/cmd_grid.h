// The subcommands that ask a controller: request, queue, job, retry, log, pause; and token.
// Source: testgrid 5.3; autopkgtest 6.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/grid_arguments.h"
#include "cli/grid_client.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/waiter.h"

namespace sluice::cli {

struct GridParties {
  GridClient& client;
  sys::Clock& clock;
  sys::Waiter& waiter;
  bool terminal = false;                             // standard output is one
  std::string user;                                  // who asks, unless the arguments say it
  std::function<void(std::string_view text)> print;  // standard output
  std::function<void(std::string_view line)> complain;
};

// Each returns the exit code.
int run_request(const RequestArguments& arguments, GridParties& parties);
int run_queue(const QueueArguments& arguments, GridParties& parties);
int run_job(const JobArguments& arguments, GridParties& parties);
int run_retry(const RetryArguments& arguments, GridParties& parties);
int run_log(const LogArguments& arguments, GridParties& parties);
int run_pause(const PauseArguments& arguments, GridParties& parties);
int run_token(const TokenArguments& arguments, sys::FileSystem& files);

// Makes the parties and runs what was chosen; `serve` is cmd_serve's.
int run_grid(const GridArguments& arguments, sys::FileSystem& files, sys::Clock& clock);

}  // namespace sluice::cli
