#include "worker/remotes.h"

#include <fmt/format.h>

#include <algorithm>

#include "adt/names.h"
#include "base/text.h"

namespace sluice::worker {
namespace {

constexpr std::int64_t kSlotsMax = 1000;

base::Result<Remote> parse_remote(std::string_view line) {
  const auto words = base::split_words(line);
  const auto number = words.size() == 3 ? base::parse_int(words[2]) : std::nullopt;
  if (!number || *number < 0 || *number > kSlotsMax)
    return base::fail(base::ErrorKind::invalid, "expected ARCH ADDRESS N");
  if (auto checked = adt::check_arch(words[0]); !checked)
    return std::unexpected(std::move(checked.error()));
  return Remote{std::string(words[0]), std::string(words[1]), static_cast<int>(*number)};
}

}  // namespace

base::Result<std::vector<Remote>> parse_remotes(std::string_view text) {
  std::vector<Remote> remotes;
  int number = 0;
  for (auto line : base::split(text, '\n')) {
    ++number;
    line = base::trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const auto where = fmt::format("line {}", number);
    auto remote = parse_remote(line);
    if (!remote) return base::fail_with(std::move(remote.error()), where);
    if (std::ranges::any_of(remotes, [&](const auto& other) {
          return other.arch == remote->arch && other.address == remote->address;
        }))
      return base::fail_with(
          {base::ErrorKind::invalid, remote->address + " stands there twice", {}}, where);
    remotes.push_back(std::move(*remote));
  }
  return remotes;
}

std::vector<Slot> local_slots(const std::string& worker, const std::string& arch, int count) {
  std::vector<Slot> slots;
  for (int i = 1; i <= count; ++i) slots.push_back({fmt::format("{}-{}", worker, i), arch, ""});
  return slots;
}

std::vector<Slot> remote_slots(const std::string& worker, const std::vector<Remote>& remotes,
                               std::string_view arch) {
  std::vector<Slot> slots;
  for (const auto& remote : remotes)
    for (int i = 0; i < remote.slots; ++i)
      if (arch.empty() || remote.arch == arch)
        slots.push_back(
            {fmt::format("{}-{}", worker, slots.size() + 1), remote.arch, remote.address});
  return slots;
}

}  // namespace sluice::worker
