#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "sys/host_gauge.h"
#include "sys/spawn.h"

namespace sluice::sys {
namespace {

// The files that are read here are shorter: the kernel makes them in one piece.
constexpr std::size_t kProcFileMax = 4096;

std::string proc_text(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, kProcFileMax> buffer;
  const auto got = file.get() < 0 ? -1 : ::read(file.get(), buffer.data(), buffer.size());
  return got <= 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(got));
}

using ProcessTable = std::map<std::int64_t, ProcessStat>;  // by number

// Those that end meanwhile are left out.
ProcessTable process_table(const std::string& proc) {
  ProcessTable table;
  DIR* const entries = ::opendir(proc.c_str());
  if (entries == nullptr) return table;
  while (const auto* entry = ::readdir(entries)) {
    const auto number = base::parse_int(entry->d_name);
    if (!number || *number <= 0) continue;
    const auto stat = parse_process_stat(proc_text(proc + "/" + entry->d_name + "/stat"));
    if (stat) table.emplace(*number, *stat);
  }
  ::closedir(entries);
  return table;
}

// The members of the group, and whom they started, whatever group those are in.
std::set<std::int64_t> family_of(const ProcessTable& table, std::int64_t group) {
  std::multimap<std::int64_t, std::int64_t> children;
  std::vector<std::int64_t> next;
  for (const auto& [number, stat] : table) {
    children.emplace(stat.parent, number);
    if (stat.group == group) next.push_back(number);
  }
  std::set<std::int64_t> family;
  while (!next.empty()) {
    const auto number = next.back();
    next.pop_back();
    if (!family.insert(number).second) continue;
    const auto [begin, end] = children.equal_range(number);
    for (auto at = begin; at != end; ++at) next.push_back(at->second);
  }
  return family;
}

class ProcHostGauge final : public HostGauge {
 public:
  explicit ProcHostGauge(std::string proc) : proc_(std::move(proc)) {}

  std::optional<std::uint64_t> resident_bytes(std::int64_t group) override {
    const auto page = ::sysconf(_SC_PAGESIZE);
    const auto table = process_table(proc_);
    const auto family = family_of(table, group);
    if (family.empty() || page <= 0) return std::nullopt;
    std::uint64_t pages = 0;
    for (const auto number : family) pages += table.at(number).resident_pages;
    return pages * static_cast<std::uint64_t>(page);
  }

  Pressure pressure() override {
    const auto of = [&](const char* name) {
      return parse_pressure(proc_text(proc_ + "/pressure/" + name));
    };
    return {.cpu = of("cpu"), .memory = of("memory"), .io = of("io")};
  }

 private:
  std::string proc_;
};

}  // namespace

// "PID (NAME) STATE PARENT GROUP ...", resident pages are the 24th word.
std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  const auto words = base::split_words(text.substr(name_end + 1));
  constexpr std::size_t kParent = 1, kGroup = 2, kResident = 21;
  if (words.size() <= kResident) return std::nullopt;
  const auto parent = base::parse_int(words[kParent]), group = base::parse_int(words[kGroup]);
  const auto pages = base::parse_int(words[kResident]);
  if (!parent || !group || !pages || *pages < 0) return std::nullopt;
  return ProcessStat{*parent, *group, static_cast<std::uint64_t>(*pages)};
}

std::optional<double> parse_pressure(std::string_view text) {
  constexpr std::string_view kName = "avg10=";
  for (const auto line : base::split(text, '\n')) {
    const auto words = base::split_words(line);
    if (words.size() < 2 || words[0] != "some" || !words[1].starts_with(kName)) continue;
    const auto number = words[1].substr(kName.size());
    double share = -1;
    const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), share);
    if (code != std::errc() || end != number.data() + number.size()) return std::nullopt;
    if (share >= 0 && share <= 100) return share;
  }
  return std::nullopt;
}

std::unique_ptr<HostGauge> proc_host_gauge(std::string proc) {
  return std::make_unique<ProcHostGauge>(std::move(proc));
}

}  // namespace sluice::sys
