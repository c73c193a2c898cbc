#include "flow/mirror_turn.h"

#include <algorithm>
#include <utility>

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;

// A mirror's update takes minutes, and an outage does not end sooner for being asked about.
constexpr std::chrono::milliseconds kFirstRetry = 30s;
// While the gate has not taken what is staged.
constexpr std::chrono::milliseconds kStagedPause = 1s;
// What was fetched for Release files that never became whole is removed after so many failures.
constexpr int kFailuresPerCleaning = 50;

std::chrono::milliseconds pause_after(int failures, std::chrono::milliseconds interval) {
  if (failures == 0) return interval;
  auto pause = kFirstRetry;
  for (int i = 1; i < failures && pause < interval; ++i) pause *= 2;
  return std::min(pause, interval);
}

// "3 min", "5 h", "4 days": as much as an operator wants to know.
std::string age_text(std::chrono::microseconds age) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(std::max(age, 0us));
  if (minutes < 120min) return std::to_string(minutes.count()) + " min";
  if (minutes < 48h) return std::to_string(minutes / 60min) + " h";
  return std::to_string(minutes / (24h)) + " days";
}

}  // namespace

std::string text_of(const MirrorHealth& health, base::Instant now) {
  std::string text = "mirror " + health.name + " (" + health.address + "): ";
  if (health.suites.empty()) text += "nothing is there yet";
  for (const auto& [suite, date] : health.suites)
    text += (suite == health.suites.front().first ? "" : ", ") + suite + " of " +
            archive::release_date_of(date) + ", " + age_text(now - date) + " old";
  if (health.agreed) text += "; was so " + age_text(now - *health.agreed) + " ago";
  if (!health.trouble.empty()) text += "; " + health.trouble;
  return text;
}

MirrorTurn::MirrorTurn(MirrorOptions options, const MirrorParties& parties,
                       archive::MirrorSets sets)
    : options_(std::move(options)),
      parties_(parties),
      sets_(std::move(sets)),
      gpgv_(parties.files, parties.processes, options_.directory + "/gpgv",
            options_.request.keyrings) {
  health_.name = options_.name;
  health_.address = archive::shown_address(options_.request.address);
  if (const auto set = sets_.current()) show(*set);
}

base::Result<std::unique_ptr<MirrorTurn>> MirrorTurn::open(MirrorOptions options,
                                                           const MirrorParties& parties) {
  if (auto fits = archive::check_request(options.request); !fits)
    return std::unexpected(fits.error());
  auto sets = archive::MirrorSets::open(parties.files, options.directory);
  if (!sets) return std::unexpected(sets.error());
  std::unique_ptr<MirrorTurn> turn(new MirrorTurn(std::move(options), parties, std::move(*sets)));
  auto source = archive::open_mirror(turn->options_.request.address, turn->doors());
  if (!source) return std::unexpected(source.error());
  turn->source_ = std::move(*source);
  return turn;
}

archive::MirrorDoors MirrorTurn::doors() {
  return {parties_.http, parties_.files, parties_.waiter, [this] { return !stopping_; }};
}

void MirrorTurn::show(const archive::MirrorSet& set) {
  health_.suites.clear();
  for (const auto& suite : set.suites) health_.suites.emplace_back(suite.suite, suite.date);
}

void MirrorTurn::tidy() {
  {
    const std::lock_guard hold(mutex_);
    if (!std::exchange(to_clean_, false)) return;
  }
  if (const auto done = sets_.clean({}); !done)
    parties_.log.warn("mirror " + options_.name + ": removing what is old: " + done.error().text());
}

void MirrorTurn::note(const base::Result<archive::MirrorNews>& news) {
  const auto now = parties_.clock.now();
  const std::lock_guard hold(mutex_);
  looked_ = true;
  if (news) {
    failures_ = 0;
    staged_ = news->staged;
    health_.agreed = now;
    health_.trouble.clear();
    return;
  }
  ++failures_;
  if (failures_ % kFailuresPerCleaning == 0) to_clean_ = true;
  health_.trouble = std::string(archive::code_of(news.error().kind)) + ": " + news.error().text();
  parties_.log.warn(text_of(health_, now));
}

std::chrono::milliseconds MirrorTurn::turn() {
  {
    const std::lock_guard hold(mutex_);
    if (staged_) return kStagedPause;
  }
  tidy();
  const auto news =
      archive::MirrorFetch({*source_, gpgv_, sets_, doors(), parties_.clock, parties_.log})
          .fetch(options_.request);
  if (stopping_) return kStagedPause;  // what was broken off says nothing of the mirror
  note(news);
  if (news && news->staged)
    parties_.log.info("mirror " + options_.name + ": " + std::to_string(news->fetched_files) +
                      " indexes fetched, " + std::to_string(news->fetched_bytes) + " bytes");
  return news && news->staged ? kStagedPause : pause_after(failures_, options_.interval);
}

bool MirrorTurn::adopt() {
  const std::lock_guard hold(mutex_);
  const auto staged = std::exchange(staged_, std::nullopt);
  if (!staged) return false;
  const auto used = sets_.use(*staged);
  if (!used) {
    health_.trouble = "INFRA.DISK: " + used.error().text();
    parties_.log.error(text_of(health_, parties_.clock.now()));
    return false;
  }
  to_clean_ = true;
  if (const auto set = sets_.current()) show(*set);
  parties_.log.info(text_of(health_, parties_.clock.now()));
  return true;
}

MirrorHealth MirrorTurn::health() const {
  const std::lock_guard hold(mutex_);
  return health_;
}

bool MirrorTurn::is_settled() const {
  const std::lock_guard hold(mutex_);
  return looked_ || !health_.suites.empty();
}

}  // namespace sluice::flow
