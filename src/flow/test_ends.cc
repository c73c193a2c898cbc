#include "flow/test_ends.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "adt/run_path.h"
#include "flow/commit.h"
#include "store/cursor_rows.h"
#include "store/event_rows.h"
#include "store/job_rows.h"

namespace sluice::flow {
namespace {

using migrate::TestKey;

// Each a look at an index: the keeper is not held for longer than some milliseconds.
constexpr std::size_t kTestsPage = 500;
constexpr std::size_t kMovedPage = 5'000;

// What has become of the requests for a test.
struct TestFate {
  bool open = false;
  bool by_gate = false;  // which took it back itself
  std::string end;       // adt::end_text() of the newest; "" if it has a verdict, or is not there
};

bool is_taken_back(const adt::Job& job) {
  return job.state == adt::JobState::superseded ||
         job.end_note.starts_with("by " + std::string(kGateProducer) + ":");
}

// Whoever asked: the gate may have joined a person's request, and the other way round.
TestFate fate_of(const std::vector<adt::Job>& newest_first, const std::string& container,
                 const std::string& key) {
  TestFate fate;
  const adt::Job* newest = nullptr;
  for (const auto& job : newest_first) {
    const auto ppa = job.request.ppas.empty() ? "" : job.request.ppas.back();
    if (adt::container_to_read(job.queue.release, ppa) != container) continue;
    if (!adt::is_final(job.state)) return {.open = true, .by_gate = false, .end = ""};
    const bool counts = key.empty() || job.key == key || job.producer == kGateProducer;
    if (newest == nullptr && counts) newest = &job;
  }
  if (newest == nullptr) return fate;
  fate.end = adt::end_text(*newest);
  fate.by_gate = is_taken_back(*newest);
  return fate;
}

struct MovedTests {
  std::set<TestKey> tests;
  std::int64_t cursor = 0;
};

base::Result<MovedTests> moved_after(JobDesk& desk, const std::string& release,
                                     std::int64_t cursor) {
  const auto last = store::last_event(desk.db());
  if (!last) return std::unexpected(last.error());
  const auto rows = store::tests_moved_after(desk.db(), release, cursor, kMovedPage);
  if (!rows) return std::unexpected(rows.error());
  MovedTests moved;
  moved.cursor = rows->size() < kMovedPage ? *last : rows->back().seq;
  for (const auto& row : *rows) moved.tests.insert({row.trigger, row.package, row.arch});
  return moved;
}

void add_changes(const TestKey& test, const TestFate& now, const migrate::TestFacts& known,
                 TestEnds::Changes& changes) {
  using enum migrate::PendingChange::Now;
  const bool is_pending = known.pending.has(test.trigger, test.source, test.arch);
  const auto ended = known.ended.find(test);
  const bool is_ended = ended != known.ended.end();
  if (now.end.empty()) {
    if (is_ended) changes.emplace_back(migrate::EndChange{test, std::nullopt});
    if (is_ended && now.open) changes.emplace_back(migrate::PendingChange{pending, test});
    return;
  }
  if (is_pending) changes.emplace_back(migrate::PendingChange{done, test});
  const auto end = now.by_gate ? std::nullopt : std::optional(now.end);
  const auto before = is_ended ? std::optional(ended->second) : std::nullopt;
  if (end != before) changes.emplace_back(migrate::EndChange{test, end});
}

}  // namespace

base::Result<TestEnds::Changes> TestEnds::take(const migrate::TestFacts& known) {
  std::set<TestKey> tests;
  std::vector<Asked> asked;
  while (true) {
    const auto page = ask_keeper<MovedTests>(keeper_, [this](JobDesk& desk, base::Instant) {
      return moved_after(desk, runs_.release, cursor_);
    });
    if (!page) return std::unexpected(page.error());
    for (const auto& test : page->tests)
      if (known.ended.contains(test) || known.pending.has(test.trigger, test.source, test.arch))
        tests.insert(test);
    if (std::exchange(cursor_, page->cursor) == page->cursor) break;
  }
  for (const auto& test : tests) asked.push_back({test, ""});
  return changes_of(asked, OwnEnds::told, known);
}

base::Result<TestEnds::Changes> TestEnds::look_up(std::span<const Asked> tests,
                                                  const migrate::TestFacts& known) {
  return changes_of(tests, OwnEnds::forgotten, known);
}

base::Result<TestEnds::Changes> TestEnds::changes_of(std::span<const Asked> tests, OwnEnds own,
                                                     const migrate::TestFacts& known) {
  using Fates = std::vector<TestFate>;
  Changes changes;
  while (!tests.empty()) {
    const auto page = tests.first(std::min(tests.size(), kTestsPage));
    tests = tests.subspan(page.size());
    const auto fates =
        ask_keeper<Fates>(keeper_, [&](JobDesk& desk, base::Instant) -> base::Result<Fates> {
          Fates all;
          for (const auto& [test, key] : page) {
            const auto jobs = store::jobs_of_test(
                desk.db(), {test.trigger, test.source, runs_.release, test.arch});
            if (!jobs) return std::unexpected(jobs.error());
            all.push_back(fate_of(*jobs, runs_.container, key));
          }
          return all;
        });
    if (!fates) return std::unexpected(fates.error());
    for (std::size_t i = 0; i < page.size(); ++i) {
      auto fate = (*fates)[i];
      fate.by_gate = fate.by_gate && own == OwnEnds::forgotten;
      add_changes(page[i].test, fate, known, changes);
    }
  }
  return changes;
}

base::Result<std::int64_t> last_event_of(Keeper& keeper) {
  return ask_keeper<std::int64_t>(
      keeper, [](JobDesk& desk, base::Instant) { return store::last_event(desk.db()); });
}

}  // namespace sluice::flow
