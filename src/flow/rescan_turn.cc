#include "flow/rescan_turn.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "adt/names.h"
#include "adt/run_messages.h"
#include "base/text.h"
#include "base/time.h"
#include "flow/commit.h"
#include "flow/rescan_results.h"
#include "store/cursor_rows.h"

namespace sluice::flow {
namespace {

using base::Result;
using std::chrono::seconds;

constexpr const char* kCursor = "rescan";  // seconds since the epoch at the last good turn
// Uploads come days after the end of their runs where a store was down.
constexpr std::chrono::hours kOverlap{48};
constexpr std::size_t kPage = 200;  // directories: one transaction
constexpr std::size_t kToldMax = 10'000;
constexpr std::string_view kPrefix = "autopkgtest-";

// "autopkgtest-RELEASE": what counts for others lies nowhere else, and no release has a '-'.
bool is_of_release(const std::string& container) {
  return container.starts_with(kPrefix) && adt::check_release(container.substr(kPrefix.size()));
}

adt::CompleteMessage complete_of(const store::RunRow& row) {
  adt::CompleteMessage message;
  message.release = row.release;
  message.arch = row.arch;
  message.package = row.package;
  message.place = row.place;
  message.version = row.version;
  for (const auto word : base::split_words(row.triggers)) message.triggers.emplace_back(word);
  message.env = row.env;
  message.requester = row.requester;
  message.uuid = row.uuid;
  message.exit_code = static_cast<int>(row.exit_code);
  message.duration = row.duration;
  return message;
}

}  // namespace

std::chrono::milliseconds RescanTurn::turn() {
  const auto begun = clock_.now();
  const auto done = scan(begun);
  if (!done && !is_failing_) log_.warn("results are not looked through: " + done.error().text());
  if (done && is_failing_) log_.info("results are looked through again");
  is_failing_ = !done;
  // A store with very many runs shall not be listed all the time.
  const auto took = std::max(clock_.now() - begun, base::Instant::duration(0));
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(took * 9);
  return std::max<std::chrono::milliseconds>(interval_, rest);
}

Result<void> RescanTurn::scan(base::Instant now) {
  auto cursor = ask_keeper<std::optional<std::int64_t>>(
      keeper_, [](JobDesk& desk, base::Instant) { return store::cursor_of(desk.db(), kCursor); });
  if (!cursor) return std::unexpected(std::move(cursor.error()));
  const auto at = static_cast<std::int64_t>(base::seconds_of(now));
  // Older runs than those of a grid that begins are `sluice results rescan`'s.
  const auto since = std::min(cursor->value_or(at), at);
  const auto after = base::compact_time_of(base::instant_of_seconds(since) - kOverlap);
  auto containers = store_.containers();
  if (!containers) return std::unexpected(std::move(containers.error()));
  for (const auto& container : *containers) {
    if (!is_of_release(container)) continue;
    if (auto done = scan_container(container, after); !done)
      return base::fail_with(std::move(done.error()), container);
    if (stopping_) return {};
  }
  return commit(keeper_, [at](JobDesk& desk, base::Instant) {
    return store::move_cursor(desk.db(), kCursor, at);
  });
}

Result<void> RescanTurn::scan_container(const std::string& container, const std::string& after) {
  RescanAsk ask{.container = container, .after = after, .page = kPage};
  ask.whose = RescanAsk::Whose::not_ours;
  ask.unknown = [&](const std::vector<std::string>& directories) {
    using Names = std::vector<std::string>;
    return ask_keeper<Names>(keeper_, [&](JobDesk& desk, base::Instant) {
      return store::unknown_runs(desk.db(), container, directories);
    });
  };
  Rescan scan(store_, std::move(ask));
  while (!scan.is_over() && !stopping_) {
    const auto rows = scan.next();
    if (!rows) return std::unexpected(rows.error());
    if (auto entered = enter(*rows); !entered) return entered;
    if (told_.size() > kToldMax) told_.clear();
    for (const auto& line : scan.take_messages())
      if (told_.insert(line).second) log_.warn("results: " + line);
  }
  return {};
}

Result<void> RescanTurn::enter(const std::vector<store::RunRow>& rows) {
  if (rows.empty()) return {};
  std::vector<std::string> refused;
  auto done = commit(keeper_, [&](JobDesk& desk, base::Instant now) -> Result<void> {
    for (const auto& row : rows) {
      auto entered = desk.foreign_end(complete_of(row), now);
      if (entered) continue;
      const auto kind = entered.error().kind;
      // What contradicts our rows costs itself only.
      if (kind != base::ErrorKind::conflict && kind != base::ErrorKind::invalid) return entered;
      refused.push_back(row.place.directory + ": " + entered.error().text());
    }
    return {};
  });
  for (const auto& line : refused)
    if (told_.insert(line).second) log_.warn("results: " + line);
  return done;
}

}  // namespace sluice::flow
