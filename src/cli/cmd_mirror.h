// sluice mirror: fetches mirrors once, or shows what is there. For cron jobs beside `sluice
// migrate`, and to try a configuration of the server.
#pragma once

#include <cstdio>

#include "cli/grid_arguments.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/http_client.h"
#include "sys/processes.h"
#include "sys/waiter.h"

namespace sluice::cli {

struct MirrorMachine {
  sys::HttpClient& http;
  sys::FileSystem& files;
  sys::Processes& processes;
  sys::Waiter& waiter;
  sys::Clock& clock;
  std::FILE* out;
  std::FILE* error;
};

// Returns the exit code: 1 if a mirror could not be fetched, or nothing of it is there to show.
int run_mirror(const MirrorArguments& arguments, const MirrorMachine& machine);

}  // namespace sluice::cli
