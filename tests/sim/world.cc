#include "sim/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/checker.h"
#include "sim/parties.h"
#include "sim/server.h"

namespace sluice::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto kTroubled = 3h;       // how long there are faults
constexpr auto kPatience = 24h * 5;  // until then all must be drained: I10

}  // namespace

void SimLog::write(base::Level, std::string_view line) {
  if (world_.disk.is_on()) world_.note(line);
}

World::World(std::uint64_t seed, Coverage& cover)
    : random(seed),
      coverage(cover),
      disk(random, cover),
      store(cover,
            [this](std::function<void()> what) { after(some(0, 300'000), std::move(what)); }),
      vfs_(disk, random, clock),
      checker_(std::make_unique<Checker>(*this)),
      parties_(std::make_unique<Parties>(*this)) {
  calm_at_ = clock.truth + kTroubled;
  after(0s, [this] { boot(); });
  after(5s, [this] { parties_->begin(); });
  after(60s, [this] { plan_fault(); });
  after(kTroubled, [this] { calm_down(); });
}

World::~World() {
  checker_->forget();
  server.reset();
}

void World::after(Time delay, std::function<void()> what) {
  events_.push(
      {clock.truth + delay, ++numbers_, std::make_shared<std::function<void()>>(std::move(what))});
}

void World::note(std::string_view line) {
  const auto since = (clock.truth - base::instant_of_seconds(1'800'000'000)) / 1ms;
  auto whole = fmt::format("{:>6} {:>12.3f} {}", steps_, static_cast<double>(since) / 1'000, line);
  for (const char c : whole) {
    digest_ ^= static_cast<unsigned char>(c);
    digest_ *= 1'099'511'628'211U;
  }
  trace_.push_back(std::move(whole));
  if (trace_.size() > trace_kept_) trace_.pop_front();
}

void World::break_with(std::string reason) {
  if (!broken_.empty()) return;
  broken_ = std::move(reason);
  note("BROKEN " + broken_);
}

Ending World::run(std::int64_t until) {
  while (steps_ < until && broken_.empty() && step()) {
    if (is_calm && steps_ % 50 == 0 && is_drained()) break;
    if (is_calm && clock.truth > calm_at_ + kPatience)
      break_with("I10: not drained: " + checker_->leftovers());
  }
  if (broken_.empty() && steps_ < until) {
    if (auto wrong = checker_->check_end(); !wrong.empty()) break_with(std::move(wrong));
  }
  return {broken_, digest_, steps_};
}

bool World::step() {
  if (events_.empty()) return false;
  const auto event = events_.top();
  events_.pop();
  clock.truth = event.at;
  ++steps_;
  (*event.what)();
  watch_power();
  if (server)
    if (auto wrong = checker_->check(); !wrong.empty()) break_with(std::move(wrong));
  if (!ledger.broken.empty()) break_with(ledger.broken);
  return true;
}

// A machine that went off comes back: everything of the dead process is dropped before.
void World::watch_power() {
  if (disk.is_on() || is_booting_) return;
  note("the server is gone");
  checker_->forget();
  server.reset();
  is_booting_ = true;
  after(some(1'000, 180'000), [this] { boot(); });
}

void World::boot() {
  disk.turn_on();
  is_booting_ = false;
  // The first start makes the files; the later ones write little.
  const bool is_first = disk.calls() == 0;
  if (!is_calm && random.chance(is_first ? 60 : 15))
    disk.die_in(static_cast<int>(random.between(1, is_first ? 60 : 4)),
                random.chance(50) ? Death::kill : Death::power_cut);
  auto started = Server::start(*this);
  if (started) {
    note("the server is there");
    server = std::move(*started);
    return;
  }
  note("the server does not start: " + started.error().text());
  if (!disk.is_on()) coverage.hit("crash: during start-up");
  if (disk.is_on() && started.error().kind == base::ErrorKind::corrupt)
    return break_with("I9: the state is damaged: " + started.error().text());
  disk.die(Death::kill);  // the process ends, and its supervisor tries again
}

void World::plan_fault() {
  if (is_calm) return;
  fault();
  after(some(10'000, 600'000), [this] { plan_fault(); });
}

void World::chance_of_death(Death how) {
  coverage.hit(how == Death::kill ? "crash: kill between steps" : "crash: power cut between steps");
  note(how == Death::kill ? "kill" : "power cut");
  disk.die(how);
}

void World::fault() {
  const auto death = random.chance(50) ? Death::kill : Death::power_cut;
  switch (random.below(9)) {
    case 0: return chance_of_death(death);
    case 1:
    case 2: {
      const auto calls = static_cast<int>(random.between(1, 60));
      note(fmt::format("will die at call {}", calls));
      return disk.die_in(calls, death);
    }
    case 3:
    case 4: return disk_fault();
    case 5: return set_clock();
    case 6:
      note("the broker is down");
      broker.is_down = true;
      return after(some(10'000, 900'000), [this] { broker.is_down = false; });
    case 7:
      note("the store is down");
      store.is_down = true;
      return after(some(10'000, 900'000), [this] { store.is_down = false; });
    default:
      note("the disk is full");
      disk.set_full(true);
      return after(some(10'000, 600'000), [this] { disk.set_full(false); });
  }
}

void World::disk_fault() {
  const auto which = random.below(3);
  const auto fault = which == 0   ? DiskFault::read_error
                     : which == 1 ? DiskFault::write_error
                                  : DiskFault::sync_error;
  // Pages are mostly in memory: what is read is little.
  const auto calls = static_cast<int>(random.between(1, which == 0 ? 3 : 12));
  note(fmt::format("disk fault {} in {}", which, calls));
  disk.fail_in(calls, fault);
}

void World::set_clock() {
  const auto step = some(1'000, 5'400'000);
  const bool back = random.chance(50);
  coverage.hit(back ? "clock: set back" : "clock: set forward");
  clock.skew += back ? -step : step;
  note(fmt::format("the clock is set {} by {} s", back ? "back" : "forward", step / 1s));
}

void World::calm_down() {
  note("no faults any more");
  is_calm = true;
  disk.heal();
  broker.is_down = store.is_down = false;
  parties_->calm_down();
}

bool World::is_drained() {
  return server && disk.is_on() && broker.waiting() == 0 && parties_->are_idle() &&
         checker_->leftovers().empty();
}

}  // namespace sluice::sim
