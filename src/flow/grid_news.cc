#include "flow/grid_news.h"

#include <algorithm>
#include <utility>

#include "flow/commit.h"
#include "store/cursor_rows.h"
#include "store/run_rows.h"

namespace sluice::flow {
namespace {

constexpr std::size_t kNewsPage = 1'000;
constexpr const char* kNewsCursor = "gate";

using Entered = std::vector<store::EnteredRun>;
using News = std::vector<adt::TestNews>;

base::Result<Entered> news_after(Keeper& keeper, std::int64_t cursor) {
  return ask_keeper<Entered>(keeper, [cursor](JobDesk& desk, base::Instant) {
    return store::runs_entered_after(desk.db(), cursor, kNewsPage);
  });
}

}  // namespace

bool GridNews::is_first_ask(std::string_view source, std::string_view arch) {
  std::string key(source);
  return asked_.insert((key += '/') += arch).second;
}

base::Result<News> GridNews::news_of(std::string_view source, std::string_view arch,
                                     std::string_view latest_run) {
  if (!is_first_ask(source, arch)) return News{};
  auto news = all_.news_of(source, arch, latest_run);
  if (news) told_.insert(told_.end(), news->begin(), news->end());
  return news;
}

base::Result<News> GridNews::take_entered(const adt::Results& known) {
  News all;
  while (true) {
    const auto page = news_after(keeper_, cursor_);
    if (!page) return std::unexpected(page.error());
    for (const auto& [number, run] : *page) {
      auto news = news_of_run(run, runs_);
      if (news && is_first_ask(news->source, news->arch)) {
        const auto latest = std::string(known.latest_run(news->source, news->arch));
        auto before = all_.news_of(news->source, news->arch, latest);
        if (!before) return std::unexpected(before.error());
        std::ranges::move(*before, std::back_inserter(all));
      }
      if (news) all.push_back(std::move(*news));
      cursor_ = number;
    }
    if (page->size() < kNewsPage) return all;
  }
}

base::Result<void> GridNews::keep_cursor() {
  if (kept_ == cursor_) return {};
  auto kept = commit(keeper_, [this](JobDesk& desk, base::Instant) {
    return store::move_cursor(desk.db(), kNewsCursor, cursor_);
  });
  if (kept) kept_ = cursor_;
  return kept;
}

base::Result<std::int64_t> cursor_of_gate(Keeper& keeper) {
  return ask_keeper<std::int64_t>(
      keeper, [](JobDesk& desk, base::Instant) -> base::Result<std::int64_t> {
        const auto kept = store::cursor_of(desk.db(), kNewsCursor);
        if (!kept) return std::unexpected(kept.error());
        return *kept ? base::Result<std::int64_t>(**kept) : store::last_entered(desk.db());
      });
}

}  // namespace sluice::flow
