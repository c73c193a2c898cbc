// Re-scan: the runs of a result store as rows, to rebuild the tables of results, or to find runs
// whose message was lost. Reads every result.tar that it is not told to leave out. Source:
// autopkgtest 5.5.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "results/result_store.h"
#include "store/run_rows.h"

namespace sluice::flow {

struct RescanAsk {
  std::string container;
  // Runs that ended after this second of a run id ("20260102_030405") only; "" all. An upload comes
  // minutes after the end of its run, and days after when the store was down: leave an overlap,
  // entering a run twice does nothing.
  std::string after = {};
  std::size_t page = 1000;  // directories at once
  // Where an earlier scan of the container had come to: its marker().
  std::string marker = {};
  // Ours say in testinfo.json what became of the attempt.
  enum class Whose : std::uint8_t { all, not_ours };
  Whose whose = Whose::all;
  // Which of these directories are of interest; all without it. Errors end the page.
  using Unknown =
      std::function<base::Result<std::vector<std::string>>(const std::vector<std::string>&)>;
  Unknown unknown = {};
};

// "autopkgtest-*", private ones included, without those of infrastructure; sorted. Errors: those of
// the store.
base::Result<std::vector<std::string>> result_containers(results::ResultStore& store);

class Rescan {
 public:
  // The store must live longer.
  Rescan(results::ResultStore& store, RescanAsk ask)
      : store_(store), ask_(std::move(ask)), marker_(ask_.marker) {}

  // The runs of the next page, in the order of their paths; it may have none. Errors: those of the
  // store, after which the same page can be asked for again.
  base::Result<std::vector<store::RunRow>> next();
  bool is_over() const { return over_; }
  // What was read so far ends here.
  const std::string& marker() const { return marker_; }

  // What was passed over since the last call, a line each: damaged or missing result.tar, paths
  // that are no run's.
  std::vector<std::string> take_messages() { return std::exchange(messages_, {}); }

 private:
  base::Result<std::vector<std::string>> wanted(const std::vector<results::ListEntry>& page);
  base::Result<void> read_run(const std::string& directory, std::vector<store::RunRow>& rows);
  void pass_over(const std::string& directory, std::string_view why);

  results::ResultStore& store_;
  RescanAsk ask_;
  std::string marker_;
  bool over_ = false;
  std::vector<std::string> messages_;
};

}  // namespace sluice::flow
