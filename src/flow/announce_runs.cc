#include "flow/announce_runs.h"

#include <iterator>
#include <optional>
#include <variant>

#include "adt/run_uuid.h"
#include "flow/commit.h"
#include "queue/amqp_fanout.h"
#include "store/attempt_rows.h"
#include "store/cursor_rows.h"
#include "store/event_rows.h"
#include "store/job_rows.h"

namespace sluice::flow {
namespace {

using base::Result;

constexpr const char* kAnnounceCursor = "testcomplete";
// Events of one turn: the keeper shall not be held for long.
constexpr std::size_t kEventsMax = 500;

// The event that is next to be told; a grid that never told anything begins with what comes.
Result<std::int64_t> begin_of(store::StateDb& db) {
  const auto cursor = store::cursor_of(db, kAnnounceCursor);
  if (!cursor) return std::unexpected(cursor.error());
  if (*cursor) return **cursor;
  const auto last = store::last_event(db);
  if (!last) return last;
  if (auto moved = store::move_cursor(db, kAnnounceCursor, *last); !moved)
    return std::unexpected(moved.error());
  return last;
}

// Workers of others tell of their runs themselves.
bool is_ours(const std::string& worker) { return worker != kForeignWorker; }

// The request as its worker has it: with a name for the run.
adt::RequestMessage named(const adt::Job& job, std::int64_t epoch) {
  auto request = job.request;
  request.uuid = adt::lease_uuid(job.request, job.queue, {job.id, epoch});
  return request;
}

}  // namespace

std::chrono::milliseconds AnnounceRuns::turn() {
  const auto told = tell();
  if (!told) return retry_.failed(told.error());
  retry_.succeeded();
  return *told ? kStatusInterval : std::chrono::milliseconds(0);
}

// True: all there is.
Result<bool> AnnounceRuns::tell() {
  News news;
  auto gathered = commit(keeper_, [&](JobDesk& desk, base::Instant now) -> Result<void> {
    auto found = gather(desk, now);
    if (!found) return std::unexpected(std::move(found.error()));
    news = std::move(*found);
    return {};
  });
  if (!gathered) return std::unexpected(std::move(gathered.error()));
  auto published = publish(news);
  if (!published || news.to == news.from) return published;
  auto moved = commit(keeper_, [&](JobDesk& desk, base::Instant) {
    return store::move_cursor(desk.db(), kAnnounceCursor, news.to);
  });
  if (!moved) return std::unexpected(std::move(moved.error()));
  return published;
}

Result<AnnounceRuns::News> AnnounceRuns::gather(JobDesk& desk, base::Instant now) {
  News news;
  const auto begin = begin_of(desk.db());
  if (!begin) return std::unexpected(begin.error());
  news.from = news.to = *begin;
  if (auto ends = gather_ends(desk, news); !ends) return std::unexpected(std::move(ends.error()));
  if (auto running = gather_running(desk, now, news); !running)
    return std::unexpected(std::move(running.error()));
  return news;
}

Result<void> AnnounceRuns::gather_ends(JobDesk& desk, News& news) {
  const auto events = store::events_after(desk.db(), news.from, kEventsMax);
  if (!events) return std::unexpected(events.error());
  news.is_all = events->size() < kEventsMax;
  for (const auto& event : *events) {
    news.to = event.seq;
    const auto* ended = std::get_if<adt::AttemptEnded>(&event.event);
    if (ended == nullptr) continue;
    const auto worker = store::worker_of(desk.db(), event.job, ended->epoch);
    if (!worker) return std::unexpected(worker.error());
    const auto job = store::read_job(desk.db(), event.job);
    if (!job) return std::unexpected(job.error());
    if (!*worker || !is_ours(**worker)) continue;
    const auto request = named(*job, ended->epoch);
    if (adt::is_announced(job->queue, ended->end))
      news.ends.push_back(adt::complete_of(request, job->queue, ended->end));
    // What never ran is told of by no status; what was told of while it ran has its last one below.
    const bool ran = adt::class_of(ended->end.outcome) == adt::OutcomeClass::ran;
    if (ran && !shown_.contains({event.job, ended->epoch}))
      news.statuses.push_back({job->queue, request, adt::RunState::ended, ended->end.duration,
                               desk.last_tail(event.job, ended->epoch)});
  }
  return {};
}

Result<void> AnnounceRuns::gather_running(JobDesk& desk, base::Instant now, News& news) {
  for (const auto& [id, running] : desk.running()) {
    if (!is_ours(running.worker) || now - running.began < kStatusInterval) continue;
    auto& shown = shown_[{id, running.epoch}];
    if (shown.request.package.empty()) {
      const auto job = store::read_job(desk.db(), id);
      if (!job) return std::unexpected(job.error());
      shown.queue = job->queue;
      shown.request = named(*job, running.epoch);
    }
    shown.progress = running.progress;
    news.statuses.push_back({shown.queue, shown.request, adt::RunState::running,
                             shown.progress.duration, shown.progress.log_tail});
  }
  for (auto at = shown_.begin(); at != shown_.end();) {
    const auto running = desk.running().find(at->first.first);
    if (running != desk.running().end() && running->second.epoch == at->first.second) {
      ++at;
      continue;
    }
    const auto& shown = at->second;
    news.statuses.push_back({shown.queue, shown.request, adt::RunState::ended,
                             shown.progress.duration, shown.progress.log_tail});
    at = shown_.erase(at);
  }
  return {};
}

// A status that is lost is nothing to anybody; an end must be confirmed. True: news.is_all.
Result<bool> AnnounceRuns::publish(const News& news) {
  std::vector<queue::AmqpMessage> messages;
  for (const auto& end : news.ends) messages.push_back(queue::message_of(end));
  for (const auto& status : news.statuses) messages.push_back(queue::message_of(status));
  if (messages.empty()) return news.is_all;
  const auto outcomes = sink_.publish(messages);
  for (std::size_t i = 0; i < news.ends.size(); ++i)
    if (outcomes[i].state != queue::SendState::confirmed)
      return base::fail(base::ErrorKind::unavailable, outcomes[i].why);
  if (outcomes.front().state == queue::SendState::not_sent)
    return base::fail(base::ErrorKind::unavailable, outcomes.front().why);
  return news.is_all;
}

}  // namespace sluice::flow
