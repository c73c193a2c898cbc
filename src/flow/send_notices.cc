#include "flow/send_notices.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "britney/email_cache.h"
#include "britney/launchpad_people.h"
#include "britney/launchpad_uploads.h"
#include "britney/regression_state.h"
#include "migrate/notices.h"
#include "notify/compose_mail.h"

namespace sluice::flow {

using base::Result;
using migrate::Excuse;
using migrate::Switch;

namespace {

// The excuse of a source of the primary suite has its source's name.
std::string title_of(const Excuse& excuse) { return excuse.uvname + " " + excuse.new_version; }

void tell(base::Log& log, const britney::Messages& messages) {
  for (const auto& message : messages) log.write(message.level, message.text);
}

// The mailer until its server is not there: then every further mail would wait in vain.
class Post {
 public:
  Post(notify::Mailer* mailer, base::Log& log) : mailer_(mailer), log_(log) {}

  bool exists() const { return mailer_ != nullptr; }
  bool is_down() const { return down_; }

  // Whether it was taken; if not, the log knows why. `title`: what it is about.
  bool send(const notify::Mail& mail, const std::string& title) {
    if (down_) return false;
    const auto sent = mailer_->send(mail);
    if (sent) {
      log_.info(fmt::format("Sent a mail about {} to {} address{}", title, mail.to.size(),
                            mail.to.size() == 1 ? "" : "es"));
      return true;
    }
    down_ = sent.error().kind == base::ErrorKind::unavailable;
    log_.error(fmt::format("Cannot send a mail about {}{}: {}", title,
                           down_ ? ", and no other in this run" : "", sent.error().text()));
    return false;
  }

 private:
  notify::Mailer* mailer_;
  base::Log& log_;
  bool down_ = false;
};

// Mail of one kind: what both kinds need.
struct NoticeRun {
  const britney::Config& config;
  const migrate::Settings& settings;
  const NoticeParties& parties;
  Post& post;
  Switch wanted;

  bool only_log() const { return wanted == Switch::dry_run || !post.exists(); }
  bool can_ask() const { return parties.http != nullptr && parties.launchpad != nullptr; }

  // Whether what was sent is noted. If not, it is better to stop than to send all again and again.
  bool noted(const Result<void>& done) const {
    if (!done) parties.log.error("Cannot note which mails were sent: " + done.error().text());
    return done.has_value();
  }
};

// migration 4.5.13
class StuckNotices {
 public:
  explicit StuckNotices(const NoticeRun& run)
      : run_(run), cache_(run.parties.files, run.config.paths.unstable) {
    if (run.can_ask())
      people_.emplace(*run.parties.launchpad, *run.parties.http, run.settings.distribution);
  }

  void send(std::span<const Excuse> excuses) {
    tell(run_.parties.log, cache_.load());
    for (const auto& excuse : excuses)
      if (run_.post.is_down() || !handle(excuse)) break;
    if (people_) tell(run_.parties.log, people_->take_messages());
    if (!run_.only_log()) (void)run_.noted(cache_.save());
  }

 private:
  // False: no further ones.
  bool handle(const Excuse& excuse) {
    const auto stuck = migrate::stuck_version(excuse);
    if (!stuck) return true;
    const auto* known = cache_.find(excuse.uvname, excuse.new_version);
    if (known != nullptr && known->last_sent >= stuck->due) return true;
    if (run_.only_log()) {
      run_.parties.log.info(fmt::format("Not sent: a mail about {}, which is stuck for {} day{}",
                                        title_of(excuse), stuck->days,
                                        stuck->days == 1 ? "" : "s"));
      return true;
    }
    const auto addresses = addresses_for(excuse, known);
    if (!addresses) return true;
    return write(excuse, *stuck, *addresses);
  }

  bool write(const Excuse& excuse, const migrate::StuckVersion& stuck,
             const britney::Addresses& addresses) {
    if (addresses.empty()) {
      run_.parties.log.info("Nobody is known to write to about " + title_of(excuse));
    } else {
      const notify::StuckNotice notice{.source = excuse.uvname,
                                       .version = excuse.new_version,
                                       .series = run_.settings.series,
                                       .days = stuck.days,
                                       .reasons = {excuse.reasons.begin(), excuse.reasons.end()},
                                       .excuses_url = ""};
      if (!run_.post.send(notify::stuck_mail(notice, addresses), title_of(excuse))) return true;
    }
    return run_.noted(cache_.note(excuse.uvname, excuse.new_version, {addresses, stuck.due}));
  }

  // Nothing: nobody could be asked. Where nobody was known, somebody may be by now.
  std::optional<britney::Addresses> addresses_for(const Excuse& excuse,
                                                  const britney::MailState* known) {
    if (known != nullptr && !known->addresses.empty()) return known->addresses;
    if (!people_) return std::nullopt;
    const auto people = people_->uploaders_of(excuse.uvname, excuse.new_version);
    if (!people) return std::nullopt;
    britney::Addresses addresses;
    for (const auto& person : *people) {
      auto address = notify::preferred_address(person);
      if (!address.empty() && std::ranges::find(addresses, address) == addresses.end())
        addresses.push_back(std::move(address));
    }
    return addresses;
  }

  NoticeRun run_;
  britney::EmailCache cache_;
  std::optional<britney::LaunchpadPeople> people_;
};

// migration 4.5.14
class RegressionNotices {
 public:
  explicit RegressionNotices(const NoticeRun& run)
      : run_(run),
        state_(run.parties.files, run.config.paths.unstable, run.settings.distribution,
               run.settings.series) {
    if (run.can_ask())
      uploads_.emplace(*run.parties.launchpad, run.settings.distribution, run.settings.series);
  }

  void send(std::span<const Excuse> excuses) {
    const auto messages = state_.load();
    if (!messages) {
      run_.parties.log.error("No bug is told of broken tests: " + messages.error().text());
      return;
    }
    tell(run_.parties.log, *messages);
    if (!run_.only_log() && uploads_ && !run_.noted(forget_old())) return;
    for (const auto& excuse : excuses)
      if (run_.post.is_down() || !handle(excuse)) break;
  }

 private:
  Result<void> forget_old() {
    return state_.purge([&](const std::string& source, const std::string& version) {
      return !uploads_->is_proposed(source, version).value_or(true);
    });
  }

  // False: no further ones.
  bool handle(const Excuse& excuse) {
    auto tests = migrate::final_regressions(excuse);
    if (tests.empty() || state_.knows(excuse.uvname, excuse.new_version)) return true;
    if (run_.only_log()) {
      run_.parties.log.info("Not sent: a mail about broken tests to the bugs of " +
                            title_of(excuse));
      return true;
    }
    if (!uploads_) return true;
    const auto bugs = uploads_->bugs_fixed_by(excuse.uvname, excuse.new_version);
    return !bugs || write(excuse, std::move(tests), *bugs);
  }

  // Once a bug was told, the version counts as told: who got a mail shall not get it again.
  bool write(const Excuse& excuse, std::vector<std::string> tests,
             const std::vector<std::string>& bugs) {
    const notify::RegressionNotice notice{.source = excuse.uvname,
                                          .version = excuse.new_version,
                                          .series = run_.settings.series,
                                          .tests = std::move(tests),
                                          .excuses_url = ""};
    bool told = bugs.empty();
    for (const auto& bug : bugs)
      told = run_.post.send(notify::regression_mail(notice, bug), title_of(excuse)) || told;
    return !told || run_.noted(state_.note(excuse.uvname, excuse.new_version));
  }

  NoticeRun run_;
  britney::RegressionState state_;
  std::optional<britney::LaunchpadUploads> uploads_;
};

}  // namespace

void send_notices(const britney::Config& config, const migrate::Settings& settings,
                  std::span<const Excuse> excuses, NoticeParties parties) {
  Post post(parties.mailer, parties.log);
  const NoticeRun run{config, settings, parties, post, config.email.sru_regression};
  if (run.wanted != Switch::off) RegressionNotices(run).send(excuses);
  const NoticeRun other{config, settings, parties, post, config.email.stuck};
  if (other.wanted != Switch::off) StuckNotices(other).send(excuses);
}

}  // namespace sluice::flow
