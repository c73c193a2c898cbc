// `sluice results`: what lies in a result store, from the command line. Source: autopkgtest 3, 5.5;
// docs/manual/results.md.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/grid_arguments.h"
#include "results/result_store.h"
#include "sys/clock.h"
#include "sys/files.h"

namespace sluice::cli {

struct ResultsParties {
  results::ResultStore& store;
  sys::FileSystem& files;
  sys::Clock& clock;
  // Where others find the store: "http://grid.example:8300/results"; the sign-in for Swift. Errors:
  // those of the sign-in; invalid (a directory has no address).
  std::function<base::Result<std::string>()> address;
  // Makes the key that of the store's temporary URLs; does nothing where the store has none.
  std::function<base::Result<void>(const std::string& key)> announce_key;
  std::function<void(std::string_view bytes)> print;  // standard output
  std::function<void(std::string_view line)> complain;
  std::function<void(std::string_view text)> progress;  // "": at the end
};

// Each returns the exit code. `run_results` makes the parties and runs what was chosen.
int results_rescan(const ResultsArguments& arguments, const ResultsParties& parties);
int results_list(const ResultsArguments& arguments, const ResultsParties& parties);
int results_get(const ResultsArguments& arguments, const ResultsParties& parties);
int results_put(const ResultsArguments& arguments, const ResultsParties& parties);
int results_url(const ResultsArguments& arguments, const ResultsParties& parties);
int results_key(const ResultsArguments& arguments, const ResultsParties& parties);
int run_results(const ResultsArguments& arguments, sys::FileSystem& files, sys::Clock& clock);

}  // namespace sluice::cli
