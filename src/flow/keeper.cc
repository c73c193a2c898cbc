#include "flow/keeper.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sluice::flow {
namespace {

// Nobody is served faster by a larger transaction, and its answers wait for all of it.
constexpr std::size_t kTasksMax = 500;
// The longest sleep: the wall clock may be set, and then timers are looked at again.
constexpr std::chrono::seconds kSleepMax{5};
// Less than this is the slow correction of a clock, or the time between its two readings.
constexpr std::chrono::seconds kStepMin{1};

}  // namespace

base::Result<std::unique_ptr<Keeper>> Keeper::open(const std::string& path,
                                                   const DeskLimits& limits, sys::Clock& clock,
                                                   base::Log& log) {
  auto db = store::StateDb::open(path);
  if (!db) return std::unexpected(db.error());
  std::unique_ptr<Keeper> keeper(new Keeper(std::move(*db), limits, clock, log));
  if (auto loaded = keeper->desk_.load(clock.now()); !loaded)
    return base::fail_with(std::move(loaded.error()), path);
  return keeper;
}

Keeper::~Keeper() { stop(); }

void Keeper::post(Task task) {
  const std::lock_guard lock(mutex_);
  inbox_.push_back(std::move(task));
  posted_.notify_one();
}

void Keeper::lease(queue::LeaseAsk ask, OnLease on_lease) {
  post([this, ask = std::move(ask), on_lease = std::move(on_lease)](
           JobDesk& desk, base::Instant now) mutable -> After {
    auto lease = desk.lease(ask, now);
    // Who asks again has given up waiting for the first answer, unless it is another one of the
    // same name.
    const bool is_other = !lease && lease.error().kind == base::ErrorKind::conflict;
    std::erase_if(parked_, [&](const Parked& parked) {
      const bool given_up = !is_other && parked.ask.worker == ask.worker;
      if (given_up) parked.on_lease(std::nullopt);
      return given_up;
    });
    if (lease && !*lease && ask.wait.count() > 0) {
      const auto until = now + ask.wait;
      parked_.push_back({std::move(ask), until, std::move(on_lease)});
      return [](const base::Result<void>&) {};
    }
    return [lease = std::move(lease),
            on_lease = std::move(on_lease)](const base::Result<void>& committed) {
      on_lease(committed ? lease : std::unexpected(committed.error()));
    };
  });
}

void Keeper::start() {
  auto copier = db_.copy_log_aside();
  if (copier)
    copier_ = std::move(*copier);
  else
    log_.warn("keeper: the log is copied by the commits: " + copier.error().text());
  thread_ = std::thread([this] { run(); });
}

void Keeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    posted_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Keeper::run() {
  while (true) {
    const auto next = turn();
    const auto now = clock_.now();
    std::unique_lock lock(mutex_);
    if (stopping_ && inbox_.empty()) return;
    const auto sleep = std::clamp<base::Instant::duration>(next - now, {}, kSleepMax);
    posted_.wait_for(lock, sleep, [this] { return stopping_ || !inbox_.empty(); });
  }
}

std::vector<Keeper::Task> Keeper::take_posted() {
  const std::lock_guard lock(mutex_);
  if (inbox_.size() <= kTasksMax) return std::exchange(inbox_, {});
  const auto end = inbox_.begin() + kTasksMax;
  std::vector<Task> tasks(std::make_move_iterator(inbox_.begin()), std::make_move_iterator(end));
  inbox_.erase(inbox_.begin(), end);
  return tasks;
}

// Nobody was silent for the hour by which the clock was set: what lives in memory by the wall clock
// goes with it.
void Keeper::follow_clock(base::Instant now) {
  const auto ahead = now.time_since_epoch() - clock_.steady();
  const auto step = ahead - ahead_;
  if (step < kStepMin && step > -kStepMin) return;
  ahead_ = ahead;
  desk_.clock_was_set(step);
  for (auto& parked : parked_) parked.until += step;
  log_.warn("keeper: the clock was set by " + std::to_string(step / std::chrono::milliseconds(1)) +
            " ms");
}

base::Instant Keeper::turn() {
  auto tasks = take_posted();
  const auto now = clock_.now();
  follow_clock(now);
  std::vector<After> afters;
  bool has_begun = false;
  auto committed = read_again(now);
  if (committed)
    committed = db_.in_transaction([&] {
      has_begun = true;
      return work(tasks, afters, now);
    });
  // Everybody gets an answer, and a task gives its own only when it was run.
  if (!has_begun) db_.in_vain([&] { (void)do_tasks(tasks, afters, now); });
  if (!committed) {
    log_.error("keeper: nothing was written: " + committed.error().text());
    recover(now);
  }
  test_news_ = desk_.test_news();
  for (const auto& after : afters) after(committed);
  auto next = desk_.next_due().value_or(now + kSleepMax);
  if (is_stale_) next = now + kSleepMax;
  for (const auto& parked : parked_) next = std::min(next, parked.until);
  return next;
}

base::Result<void> Keeper::work(std::vector<Task>& tasks, std::vector<After>& afters,
                                base::Instant now) {
  if (auto done = do_tasks(tasks, afters, now); !done) return done;
  if (auto ticked = desk_.tick(now); !ticked) return ticked;
  return serve_parked(afters, now);
}

// After an I/O error SQLite may have undone the whole transaction. What the tasks that are left
// write must not be kept by itself then: they go on in one that will fail.
base::Result<void> Keeper::do_tasks(std::vector<Task>& tasks, std::vector<After>& afters,
                                    base::Instant now) {
  base::Result<void> done;
  for (auto& task : tasks) {
    afters.push_back(task(desk_, now));
    if (db_.is_in_transaction()) continue;
    done = base::fail(base::ErrorKind::unavailable, "the database gave up the transaction");
    (void)db_.use("BEGIN").run();
  }
  return done;
}

base::Result<void> Keeper::serve_parked(std::vector<After>& afters, base::Instant now) {
  const bool news = desk_.servable_changes() != served_changes_;
  served_changes_ = desk_.servable_changes();
  for (auto at = parked_.begin(); at != parked_.end();) {
    if (!news && at->until > now) {
      ++at;
      continue;
    }
    auto lease = desk_.lease(at->ask, now);
    if (!lease) return std::unexpected(lease.error());
    if (!*lease && at->until > now) {
      ++at;
      continue;
    }
    afters.emplace_back([lease = std::move(lease),
                         on_lease = std::move(at->on_lease)](const base::Result<void>& committed) {
      on_lease(committed ? lease : std::unexpected(committed.error()));
    });
    at = parked_.erase(at);
  }
  return {};
}

// What is in memory may be ahead of the rows: it is made anew from them. A disk that is full now
// may have room again later; until then nothing is accepted and everybody is told. Where not even
// reading is possible, the next turn begins with it: a desk that forgot its timers serves nobody.
void Keeper::recover(base::Instant now) {
  const auto loaded = desk_.load(now);
  is_stale_ = !loaded;
  if (!loaded) log_.error("keeper: the state cannot be read: " + loaded.error().text());
}

base::Result<void> Keeper::read_again(base::Instant now) {
  if (!is_stale_) return {};
  auto loaded = desk_.load(now);
  is_stale_ = !loaded;
  return loaded;
}

}  // namespace sluice::flow
