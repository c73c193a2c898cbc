#include "britney/regression_state.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "codec/json.h"

namespace sluice::britney {
namespace {

void read_series(const codec::Value& sources, const std::string& place,
                 migrate::ByName<std::string>& to, const std::function<void(std::string)>& bad) {
  if (sources.map() == nullptr) return bad(place + ": expected a map of sources");
  for (const auto& [source, version] : *sources.map()) {
    if (version.string() == nullptr) {
      bad(fmt::format("{}, {}: expected a version", place, source));
    } else {
      to[source] = *version.string();
    }
  }
}

}  // namespace

base::Result<Read<ToldRegressions>> parse_told_regressions(std::string_view text,
                                                           const std::string& file) {
  Read<ToldRegressions> read;
  if (base::trim(text).empty()) return read;
  const auto json = codec::parse_json(text);
  if (!json)
    return base::fail(base::ErrorKind::corrupt,
                      fmt::format("{}: expected JSON ({})", file, json.error().text()));
  if (json->map() == nullptr)
    return base::fail(base::ErrorKind::corrupt, file + ": expected a map of distributions");
  const auto bad = [&](const std::string& what) {
    read.messages.push_back({base::Level::error, fmt::format("{}: {}, ignored", file, what)});
  };
  for (const auto& [distribution, all_series] : *json->map()) {
    if (all_series.map() == nullptr) {
      bad(distribution + ": expected a map of series");
      continue;
    }
    for (const auto& [series, sources] : *all_series.map())
      read_series(sources, fmt::format("{}, {}", distribution, series),
                  read.value[distribution][series], bad);
  }
  return read;
}

std::string told_regressions_text(const ToldRegressions& told) {
  codec::Map distributions;
  for (const auto& [distribution, all_series] : told) {
    codec::Map to;
    for (const auto& [series, sources] : all_series) {
      codec::Map versions;
      for (const auto& [source, version] : sources) versions.emplace(source, version);
      to.emplace(series, std::move(versions));
    }
    distributions.emplace(distribution, std::move(to));
  }
  return codec::to_json(distributions, codec::JsonStyle::compact);
}

RegressionState::RegressionState(sys::FileSystem& files, const std::string& unstable_dir,
                                 std::string distribution, std::string series)
    : files_(files),
      path_(unstable_dir + "/sru_regress_inform_state"),
      distribution_(std::move(distribution)),
      series_(std::move(series)) {}

base::Result<Messages> RegressionState::load() {
  const auto view = files_.open(path_);
  if (!view && view.error().kind == base::ErrorKind::not_found) return Messages{};
  if (!view) return std::unexpected(view.error());
  auto read = parse_told_regressions((*view)->bytes(), path_);
  if (!read) return std::unexpected(std::move(read.error()));
  told_ = std::move(read->value);
  return std::move(read->messages);
}

bool RegressionState::knows(std::string_view source, std::string_view version) const {
  const auto distribution = told_.find(distribution_);
  if (distribution == told_.end()) return false;
  const auto series = distribution->second.find(series_);
  if (series == distribution->second.end()) return false;
  const auto at = series->second.find(source);
  return at != series->second.end() && at->second == version;
}

base::Result<void> RegressionState::note(const std::string& source, const std::string& version) {
  told_[distribution_][series_][source] = version;
  return write();
}

base::Result<void> RegressionState::purge(const Question& is_over) {
  auto& sources = told_[distribution_][series_];
  const auto gone =
      std::erase_if(sources, [&](const auto& each) { return is_over(each.first, each.second); });
  return gone == 0 ? base::Result<void>{} : write();
}

base::Result<void> RegressionState::write() {
  return files_.replace(path_, told_regressions_text(told_));
}

}  // namespace sluice::britney
