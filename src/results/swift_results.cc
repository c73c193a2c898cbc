#include "results/swift_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "adt/evidence.h"
#include "adt/run.h"
#include "adt/run_path.h"
#include "base/text.h"
#include "codec/html.h"
#include "results/patient_get.h"
#include "results/result_tar.h"
#include "results/swift_account.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::Result;

// Enough to recognise the page of a proxy.
constexpr std::size_t kShownOfLine = 60;

std::string encoded(std::string_view text) {
  return codec::percent_encode(text, codec::Slash::encode);
}

// A path as the peers ask for it: "@", "+" and ":" stand for themselves there, and simple servers
// compare them undecoded.
std::string encoded_path(std::string_view path) {
  auto text = codec::percent_encode(path, codec::Slash::keep);
  for (const auto& [code, sign] : {std::pair("%40", "@"), {"%2B", "+"}, {"%3A", ":"}})
    text = base::replace_all(text, code, sign);
  return text;
}

base::Error unreachable(const std::string& url, base::Error why) {
  return base::fail_with(std::move(why), "Failure to fetch swift results from " + url).error();
}

std::string_view last_line(std::string_view body) {
  while (body.ends_with('\n')) body.remove_suffix(1);
  return body.substr(body.rfind('\n') + 1);  // npos + 1 is 0
}

}  // namespace

Result<std::vector<std::string>> parse_listing(std::string_view body, std::string_view prefix) {
  std::vector<std::string> runs;
  for (auto line : base::split(body, '\n')) {
    if (line.empty()) continue;
    if (!line.starts_with(prefix))
      return base::fail(ErrorKind::corrupt,
                        fmt::format("\"{}\" is no line of a listing: expected what begins with {}",
                                    adt::quoted(line.substr(0, kShownOfLine)), prefix));
    if (!line.ends_with('@')) continue;
    line.remove_prefix(prefix.size());
    if (!line.contains('/')) runs.emplace_back(line);
  }
  std::ranges::sort(runs);
  const auto twice = std::ranges::unique(runs);
  runs.erase(twice.begin(), twice.end());
  return runs;
}

std::string SwiftResults::container_url() const {
  std::string_view url = place_.url;
  while (url.ends_with('/')) url.remove_suffix(1);
  return fmt::format("{}/{}/", url,
                     encoded_path(adt::container_to_read(place_.series, place_.ppa)));
}

Result<sys::HttpResponse> SwiftResults::get(const std::string& url) {
  return ask_patiently([&] { return http_.get({.url = url}); });
}

Result<std::vector<std::string>> SwiftResults::list_runs(const std::string& prefix,
                                                         std::string_view latest_run) {
  std::vector<std::string> runs;
  std::string marker;
  if (!latest_run.empty() && !place_.list_all) marker = prefix + std::string(latest_run);
  for (;;) {
    auto url = container_url() + "?delimiter=%40&prefix=" + encoded(prefix);
    if (!marker.empty()) url += "&marker=" + encoded(marker);
    const auto response = get(url);
    if (!response) return std::unexpected(unreachable(url, response.error()));
    // 401: nobody made the container yet. An empty listing has no body at all.
    if (response->status == 204 || response->status == 401) return runs;
    if (response->status != 200)
      return base::fail(ErrorKind::unavailable,
                        fmt::format("Failure to fetch swift results from {}: {}", url,
                                    text_of_status(response->status)));
    const auto page = parse_listing(response->body, prefix);
    if (!page) return std::unexpected(unreachable(url, page.error()));
    runs.insert(runs.end(), page->begin(), page->end());
    const auto lines = static_cast<std::size_t>(std::ranges::count(response->body, '\n'));
    const auto last = last_line(response->body);
    // A server that does not know markers would send the same page for ever.
    if (lines < place_.full_page || last <= marker) return runs;
    marker = last;
  }
}

Result<void> SwiftResults::read_run(const std::string& prefix, const std::string& run,
                                    std::string_view source, std::string_view arch,
                                    std::vector<adt::TestNews>& news) {
  const auto url = container_url() + encoded_path(prefix + run) + "/result.tar";
  const auto ignore = [&](std::string_view why) {
    messages_.push_back(fmt::format("{} {}", url, why));
  };
  const auto seen = adt::seen_of_run(run);
  if (!seen) {
    ignore("is of no time that can be read, ignoring");
    return {};
  }
  const auto response = get(url);
  if (!response) return std::unexpected(unreachable(url, response.error()));
  if (response->status == 404) {
    ignore("is missing, ignoring");
    return {};
  }
  if (response->status != 200)
    return base::fail(ErrorKind::unavailable,
                      fmt::format("Failure to fetch swift results from {}: {}", url,
                                  text_of_status(response->status)));
  auto report = parse_result_tar(response->body, source, place_.early_ends);
  if (report && report->triggers)
    report->triggers = adt::sound_triggers(std::move(*report->triggers));
  if (!report)
    ignore(fmt::format("is damaged, ignoring: {}", report.error().text()));
  else if (report->source != source)
    ignore(fmt::format("is a result of {} and not of {}, ignoring", report->source, source));
  else if (!report->triggers || report->triggers->empty())
    ignore("has no triggers, ignoring");
  else
    news.push_back({std::move(*report->triggers),
                    std::string(source),
                    std::string(arch),
                    {adt::code_of_exit(report->exit_code), report->version, run, *seen}});
  return {};
}

Result<std::vector<adt::TestNews>> SwiftResults::news_of(std::string_view source,
                                                         std::string_view arch,
                                                         std::string_view latest_run) {
  std::vector<adt::TestNews> news;
  if (!asked_.emplace(source, arch).second) return news;
  const auto prefix =
      fmt::format("{}/{}/{}/{}/", place_.series, arch, adt::pool_prefix(source), source);
  const auto runs = list_runs(prefix, latest_run);
  if (!runs) return std::unexpected(runs.error());
  for (const auto& run : *runs)
    if (auto read = read_run(prefix, run, source, arch, news); !read)
      return std::unexpected(std::move(read.error()));
  return news;
}

}  // namespace sluice::results
