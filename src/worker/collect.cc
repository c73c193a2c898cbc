#include "worker/collect.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"

namespace sluice::worker {
namespace {

constexpr std::string_view kCut = "\n[... cut here, the log is too long ...]\n";

std::string shortened(std::string_view log) {
  if (log.size() <= kLogBytesMax) return std::string(log);
  return fmt::format("{}{}{}", log.substr(0, kLogBytesMax / 2), kCut,
                     log.substr(log.size() - kLogBytesMax / 2));
}

std::string read_log(sys::FileSystem& files, const std::string& path) {
  const auto view = files.open(path);
  return view ? shortened((*view)->bytes()) : "";
}

// What readers look for comes before artifacts, however large those are.
std::vector<std::string> by_importance(std::vector<std::string> paths) {
  const std::set<std::string_view> first = {"summary", "testbed-packages", "testinfo.json",
                                            "testpkg-version"};
  std::ranges::stable_partition(paths, [&](const auto& path) { return first.contains(path); });
  return paths;
}

// Of a file that is damaged nothing is known.
std::string other_source(std::string_view version, const adt::RequestMessage& request) {
  const auto words = base::split_words(version);
  if (words.size() != 2 || request.is_of_source(words[0])) return "";
  return std::string(words[0]);
}

}  // namespace

RunOutput collect(sys::FileSystem& files, const std::string& output_dir,
                  const std::string& console) {
  RunOutput output;
  auto& log = output.files["log"];
  log = read_log(files, output_dir + "/log");
  if (log.empty()) log = read_log(files, console);
  const auto paths = files.tree(output_dir, kArtifactFilesMax);
  // Too many files: those that decide are read by their names.
  const auto wanted = paths ? *paths
                            : std::vector<std::string>{"summary", "testbed-packages",
                                                       "testinfo.json", "testpkg-version"};
  if (!paths && paths.error().kind != base::ErrorKind::not_found)
    output.problem = paths.error().text();
  std::uint64_t sum = 0;
  for (const auto& path : by_importance(wanted)) {
    if (path == "log") continue;
    const auto view = files.open(output_dir + "/" + path);
    if (!view) continue;
    const auto bytes = (*view)->bytes();
    if (sum + bytes.size() > kArtifactBytesMax) {
      output.problem = fmt::format("left out of the artifacts: {} and maybe more", path);
      continue;
    }
    sum += bytes.size();
    output.files.insert_or_assign(path, std::string(bytes));
  }
  return output;
}

adt::RunEvidence evidence_of(const codec::TarFiles& files, const sys::GroupEnd& end,
                             const adt::RequestMessage& request, adt::TestbedKind testbed) {
  adt::RunEvidence evidence;
  evidence.exit_code = end.code;
  evidence.over_limit = end.ending == sys::GroupEnding::limit;
  evidence.sources.push_back(request.package);
  for (const auto& trigger : request.triggers)
    evidence.sources.push_back(trigger.substr(0, trigger.find('/')));
  if (const auto summary = files.find("summary"); summary != files.end())
    evidence.summary = adt::parse_summary(summary->second);
  evidence.booted = files.contains("testbed-packages");
  const auto version = files.find("testpkg-version");
  evidence.has_source = version != files.end();
  if (evidence.has_source) evidence.other_source = other_source(version->second, request);
  auto log = adt::split_log(files.at("log"));
  evidence.setup_log = std::move(log.setup);
  evidence.test_log = std::move(log.test);
  evidence.testbed = testbed;
  return evidence;
}

}  // namespace sluice::worker
