#include "britney/results_cache.h"

#include <fmt/format.h>

#include <utility>

namespace sluice::britney {

ResultsCache::ResultsCache(sys::FileSystem& files, const std::string& state_dir,
                           const std::string& shared)
    : files_(files),
      path_(shared.empty() ? state_dir + "/autopkgtest-results.cache" : shared),
      shared_(!shared.empty()) {}

base::Result<Read<adt::Results>> ResultsCache::load(base::Instant now) {
  const auto view = files_.open(path_);
  if (!view && view.error().kind == base::ErrorKind::not_found) return Read<adt::Results>{};
  if (!view) return std::unexpected(view.error());
  auto parsed = adt::parse_results((*view)->bytes(), now);
  if (!parsed) return base::fail_with(std::move(parsed.error()), path_);
  Read<adt::Results> read{std::move(parsed->results), {}};
  for (const auto& problem : parsed->problems)
    read.messages.push_back({base::Level::error, fmt::format("{}: {}, ignored", path_, problem)});
  return read;
}

base::Result<void> ResultsCache::save(const adt::Results& results) {
  if (shared_) return {};
  return base::with_context(files_.replace(path_, adt::render_results(results)),
                            "saving the cache of test results");
}

}  // namespace sluice::britney
