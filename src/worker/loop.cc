#include "worker/loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "worker/disk_watch.h"
#include "worker/names.h"
#include "worker/run_test.h"

namespace sluice::worker {
namespace {

using namespace std::chrono_literals;

// How long the queue may keep a question for work. An operator waits no longer than that.
constexpr auto kLeaseWait = 5s;
// How often a disk without room is looked at: as often as the queue is asked otherwise.
constexpr auto kRoomLook = 5s;
// How soon a name may be free after its worker's end: the lease's time to live is 90 seconds.
constexpr auto kNameLook = 30s;
constexpr auto kPauseMax =
    std::chrono::seconds(600);  // the peers' worker restarts after 10 minutes
constexpr auto kKillGrace = 30'000ms;

class SlotLoop {
 public:
  SlotLoop(const Settings& settings, const Slot& slot, Doors& doors)
      : settings_(settings),
        slot_(slot),
        doors_(doors),
        disk_(settings, doors.files),
        ask_{slot.name, queues_of(settings.config, slot.arch), kLeaseWait, settings.instance} {}

  void serve(Rounds rounds) {
    while (goes_on()) {
      if (!has_room()) {
        if (rounds == Rounds::once) return;
        wait(kRoomLook);
        continue;
      }
      const auto lease = doors_.queue.lease(ask_);
      if (!lease) {
        tell_trouble(lease.error());
        if (rounds == Rounds::once) return;
        if (is_refused_)
          wait(kNameLook);
        else
          pause();
        continue;
      }
      is_refused_ = false;
      if (*lease) run(**lease);
      if (rounds == Rounds::once) return;
      if (!*lease) troubles_ = 0;
    }
  }

 private:
  bool goes_on() { return wish_of(doors_.signals.seen()) == Wish::go_on; }

  // Said when it changes: a disk may be full for days.
  bool has_room() {
    const auto shortage = disk_.look();
    if (shortage && !is_short_)
      doors_.log.warn(
          fmt::format("worker: {}: takes no work until there is room (disk_free_min): {}",
                      slot_.name, adt::text_of(*shortage)));
    if (!shortage && is_short_)
      doors_.log.info(fmt::format("worker: {}: there is room again", slot_.name));
    is_short_ = shortage.has_value();
    return !is_short_;
  }

  // That another worker has the name is said when it begins: only a person can change it, or the
  // other one's end.
  void tell_trouble(const base::Error& error) {
    const bool refused = error.kind == base::ErrorKind::conflict;
    const auto text = fmt::format("worker: {}: {}", slot_.name, error.text());
    if (refused && !is_refused_) doors_.log.error(text);
    if (!refused) doors_.log.warn(text);
    is_refused_ = refused;
  }

  void run(const queue::Lease& lease) {
    doors_.log.info(fmt::format(
        "worker: {}: job {} attempt {}: {} on {}", slot_.name, lease.job, lease.attempt,
        lease.request.is_private() ? "private-test" : lease.request.package, lease.queue.text()));
    const auto result = run_test(settings_, slot_, lease, doors_);
    doors_.log.info(
        fmt::format("worker: {}: job {}: {}", slot_.name, lease.job, adt::text_of(result.outcome)));
    const bool alone = is_alone(lease, result);
    if (result.end == RunEnd::finished && concerns_others(result) && !alone)
      pause();
    else
      troubles_ = 0;
  }

  // A tool that says it was called wrongly may mean what this request has in it, which anybody may
  // have sent; once it says so of a second one, it is the worker's call that is wrong.
  bool is_alone(const queue::Lease& lease, const RunResult& result) {
    auto before = std::exchange(misused_, "");
    if (result.blame != adt::Blame::grid_bug) return false;
    misused_ = adt::request_key(lease.request, lease.queue);
    return before.empty() || before == misused_;
  }

  // What broke this test may break the next: the machine, a service, or nobody knows what. A
  // request that is wrong does not, or anybody could stop every slot by sending it.
  static bool concerns_others(const RunResult& result) {
    if (adt::class_of(result.outcome) != adt::OutcomeClass::infra) return false;
    switch (result.blame) {
      case adt::Blame::worker:
      case adt::Blame::service:
      case adt::Blame::test_env:
      case adt::Blame::grid_bug:
      case adt::Blame::unknown: return true;
      case adt::Blame::package:
      case adt::Blame::trigger:
      case adt::Blame::archive:
      case adt::Blame::oper: break;
    }
    return false;
  }

  // A worker that is broken fails fast and would drain the queue: each trouble doubles the pause.
  void pause() {
    ++troubles_;
    auto left = std::max(settings_.config.retry_delay, 1s);
    for (int i = 1; i < troubles_ && left < kPauseMax; ++i) left *= 2;
    wait(std::min(left, kPauseMax));
  }

  void wait(std::chrono::seconds left) {
    for (; left > 0s && goes_on(); left -= 1s) doors_.waiter.wait(1s);
  }

  const Settings& settings_;
  const Slot& slot_;
  Doors& doors_;
  DiskWatch disk_;
  bool is_short_ = false;    // of room, when it was looked at last
  bool is_refused_ = false;  // for its name, when it asked last
  queue::LeaseAsk ask_;
  int troubles_ = 0;     // in a row
  std::string misused_;  // key of the request of the last run, if its tool said "wrong usage"
};

}  // namespace

base::Result<std::unique_ptr<sys::FileLock>> take_over(const std::string& work_directory,
                                                       sys::FileSystem& files,
                                                       sys::ProcessGroups& groups, base::Log& log) {
  if (auto made = files.create_private_directory(work_directory); !made)
    return std::unexpected(std::move(made.error()));
  auto lock = files.lock(work_directory + "/lock");
  if (!lock && lock.error().kind == base::ErrorKind::conflict)
    return base::fail(
        base::ErrorKind::conflict,
        "another worker has " + work_directory + ": each needs a directory of its own (--work)");
  if (!lock) return lock;
  const auto ended = groups.end_marked(kMark, work_directory, kKillGrace);
  if (!ended) return base::fail_with(ended.error(), "ending what a dead worker left");
  if (*ended > 0)
    log.warn(fmt::format("worker: ended {} processes that a dead worker left", *ended));
  const auto names = files.list(work_directory);
  if (!names) return std::unexpected(names.error());
  for (const auto& name : *names)
    if (name != "lock" && name != kIdFile)
      if (auto removed = files.remove_tree(work_directory + "/" + name); !removed)
        return std::unexpected(std::move(removed.error()));
  return lock;
}

std::vector<adt::QueueName> queues_of(const WorkerConfig& config, const std::string& arch) {
  std::vector<adt::QueueName> queues;
  for (const auto& release : config.releases)
    for (const auto& context : config.contexts)
      queues.push_back({context == "ubuntu" ? "" : context, release, arch});
  return queues;
}

void serve_slot(const Settings& settings, const Slot& slot, Doors& doors, Rounds rounds) {
  SlotLoop(settings, slot, doors).serve(rounds);
}

int exit_code_of(const sys::SignalCounts& seen) {
  return seen.hangups > 0 && seen.terminations == 0 ? 10 : 0;
}

}  // namespace sluice::worker
