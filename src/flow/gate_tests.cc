#include "flow/gate_tests.h"

#include <algorithm>
#include <map>
#include <utility>

#include "queue/amqp_request_queue.h"
#include "queue/amqp_url.h"
#include "queue/file_request_queue.h"
#include "results/debci_file.h"
#include "results/fetch_database.h"

namespace sluice::flow {

using base::Result;
using migrate::ResultSource;

namespace {

constexpr std::string_view kFile = "file://";

Result<std::unique_ptr<queue::RequestQueue>> queue_of(const std::string& url,
                                                      migrate::RuleSet rules,
                                                      sys::FileSystem& files) {
  if (url.starts_with(kFile))
    return std::make_unique<queue::FileRequestQueue>(files, url.substr(kFile.size()));
  auto parsed = queue::parse_amqp_url(url);
  if (!parsed) return base::fail_with(std::move(parsed.error()), "ADT_AMQP");
  const auto style =
      rules == migrate::RuleSet::debian ? adt::TriggerStyle::one_string : adt::TriggerStyle::list;
  return queue::amqp_request_queue(std::move(*parsed), style, {});
}

results::EarlyEnds early_ends_of(migrate::RuleSet rules) {
  using enum results::EarlyEnds;
  return rules == migrate::RuleSet::debian ? are_damaged : may_lack_version;
}

// Everything pending but what was only decided and not sent.
adt::Pending without(adt::Pending pending, const std::vector<adt::TestRequest>& wanted) {
  for (const auto& request : wanted)
    (void)pending.remove(request.triggers.front(), request.source, request.arch);
  return pending;
}

}  // namespace

TestMode test_mode(const migrate::Settings& settings, bool dry_run) {
  if (dry_run) return TestMode::look;
  return settings.adt.enabled == migrate::Switch::dry_run ? TestMode::note : TestMode::send;
}

GateTests::GateTests(const britney::Config& config, const migrate::Settings& settings,
                     TestMode mode, TestParties parties)
    : config_(config),
      settings_(settings),
      mode_(mode),
      parties_(parties),
      cache_(parties.files, config.paths.state_dir, settings.adt.shared_results) {}

Result<std::unique_ptr<GateTests>> GateTests::open(const britney::Config& config,
                                                   const migrate::Settings& settings,
                                                   std::string_view target, TestMode mode,
                                                   TestParties parties) {
  std::unique_ptr<GateTests> tests(new GateTests(config, settings, mode, parties));
  if (auto done = tests->load(target); !done)
    return base::fail_with(std::move(done.error()), "autopkgtest policy");
  return tests;
}

Result<void> GateTests::load(std::string_view target) {
  auto& files = parties_.files;
  if (mode_ != TestMode::look && !parties_.has_lock) {
    auto lock = britney::lock_state_directory(files, config_.paths.state_dir);
    if (!lock) return std::unexpected(lock.error());
    lock_ = std::move(*lock);
  }
  if (auto done = load_pending(); !done) return done;
  auto known = cache_.load(parties_.clock.now());
  if (!known) return std::unexpected(known.error());
  for (const auto& message : known->messages) parties_.log.write(message.level, message.text);
  facts_.results = std::move(known->value);
  return connect_results(target);
}

Result<void> GateTests::load_pending() {
  auto journal = britney::PendingJournal::load(parties_.files, config_.paths.state_dir);
  if (!journal) return std::unexpected(journal.error());
  for (const auto& message : journal->take_messages())
    parties_.log.write(message.level, message.text);
  journal_.emplace(std::move(*journal));
  if (mode_ != TestMode::send) {
    facts_.pending = journal_->loaded();
    return {};
  }
  if (parties_.requests == nullptr) {
    auto queue = queue_of(settings_.adt.request_url, settings_.rules, parties_.files);
    if (!queue) return std::unexpected(queue.error());
    queue_ = std::move(*queue);
  }
  auto pending = recover_requests(sending());
  if (!pending) return std::unexpected(pending.error());
  facts_.pending = std::move(*pending);
  return {};
}

SendParties GateTests::sending() {
  auto& queue = parties_.requests == nullptr ? *queue_ : *parties_.requests;
  return {*journal_, queue, parties_.clock, parties_.log};
}

Result<void> GateTests::connect_results(std::string_view target) {
  if (parties_.results) {
    grid_ = parties_.results(settings_.series);
    facts_.lookup = grid_.get();
    return {};
  }
  const auto& adt = settings_.adt;
  switch (adt.source) {
    case ResultSource::debci_file: {
      const auto suite = settings_.rules == migrate::RuleSet::debian ? "" : target;
      auto read = results::read_debci(parties_.files, adt.result_url, suite);
      if (!read && read.error().kind == base::ErrorKind::not_found) return {};
      if (!read) return std::unexpected(read.error());
      for (const auto& problem : read->problems) parties_.log.warn(problem);
      facts_.news = std::move(read->news);
      facts_.pending = std::move(read->pending);
      keep_uncertain();
      return {};
    }
    case ResultSource::sqlite: return open_database();
    case ResultSource::swift:
      if (parties_.http == nullptr) {
        parties_.log.warn("Results of tests are those that the last run kept: nobody asks " +
                          adt.result_url);
        return {};
      }
      swift_.emplace(*parties_.http,
                     results::SwiftPlace{.url = adt.result_url,
                                         .series = settings_.series,
                                         .ppa = adt.ppas.empty() ? "" : adt.ppas.back(),
                                         .list_all = cache_.is_shared(),
                                         .early_ends = early_ends_of(settings_.rules)});
      facts_.lookup = this;
      return {};
  }
  return {};
}

// A debci file says what is pending, but for requests that nobody knows to have arrived: those it
// says nothing about stay pending, until they are due again.
void GateTests::keep_uncertain() {
  std::vector<britney::IntentId> arrived;
  std::vector<adt::TestRequest> unknown;
  for (auto& [id, intended, request, position] : journal_->uncertain()) {
    const auto& trigger = request.triggers.front();
    const bool has_result = std::ranges::any_of(facts_.news, [&](const adt::TestNews& news) {
      return news.source == request.source && news.arch == request.arch &&
             news.result.seen >= intended && std::ranges::count(news.triggers, trigger) != 0;
    });
    if (has_result || facts_.pending.has(trigger, request.source, request.arch))
      arrived.push_back(id);
    else
      unknown.push_back(std::move(request));
  }
  for (const auto& request : unknown)
    facts_.pending.add(request.triggers.front(), request.source, request.arch);
  journal_->settle(arrived, britney::Settled::sent);
}

// An old database serves when there is no newer one; none at all is an error, because every test
// would look as if it had never run.
Result<void> GateTests::open_database() {
  auto path = config_.paths.state_dir + "/autopkgtest.db";
  const auto& url = settings_.adt.result_url;
  if (mode_ == TestMode::look) {
    // Nothing is written: a database that is here is read where it is, of another one the copy.
    if (url.starts_with(kFile))
      path = url.substr(kFile.size());
    else
      parties_.log.warn("Results of tests are those of the last run's copy of " + url);
  } else if (parties_.http != nullptr) {
    const auto fetched =
        results::fetch_database(*parties_.http, parties_.files, settings_.adt.result_url, path);
    if (!fetched)
      parties_.log.error("Failure to fetch the database of test results: " +
                         fetched.error().text());
  }
  auto database = store::ResultsDb::open(path, settings_.series);
  if (!database) return std::unexpected(database.error());
  database_.emplace(std::move(*database));
  facts_.lookup = this;
  return {};
}

migrate::TestFacts GateTests::take_facts() {
  facts_lookup_ = facts_.lookup;
  return std::move(facts_);
}

Result<std::vector<adt::TestNews>> GateTests::news_of(std::string_view source,
                                                      std::string_view arch,
                                                      std::string_view latest_run) {
  const auto told = [&](auto& from) {
    auto news = from.news_of(source, arch, latest_run);
    for (const auto& message : from.take_messages()) parties_.log.warn(message);
    return news;
  };
  if (database_) return told(*database_);
  if (swift_) return told(*swift_);
  return std::vector<adt::TestNews>{};
}

Result<std::vector<adt::TestRequest>> GateTests::send_some(std::span<const adt::TestRequest> wanted,
                                                           adt::Pending pending) {
  std::vector<adt::TestRequest> sent(wanted.begin(), wanted.end());
  if (mode_ != TestMode::send || sent.empty()) return sent;
  if (auto done = send_requests(sending(), wanted, pending); !done)
    return std::unexpected(done.error());
  std::erase_if(sent, [&](const adt::TestRequest& each) {
    return !pending.has(each.triggers.front(), each.source, each.arch);
  });
  return sent;
}

// Before something is sent again: its result may be there, though no item asked for it in this run.
// Where nobody can say, the first error ends the asking: the other sources lie in the same place.
Result<void> GateTests::drop_answered(std::chrono::seconds after, adt::Pending& pending) {
  if (facts_lookup_ == nullptr) return {};
  std::vector<britney::IntentId> answered;
  Result<void> all_asked;
  // A source is asked about once in a run. The oldest comes first, so that says enough of them all.
  std::map<std::pair<std::string, std::string>, std::vector<adt::TestNews>> known;
  for (const auto& due : journal_->due_again(pending, parties_.clock.now(), after)) {
    const auto& request = due.request;
    const auto& trigger = request.triggers.front();
    const auto [at, is_new] = known.try_emplace({request.source, request.arch});
    if (is_new) {
      // A run begins after it was asked for; clocks may be some minutes apart.
      const auto since = base::instant_of_seconds(due.intended) - std::chrono::hours(1);
      auto news =
          facts_lookup_->news_of(request.source, request.arch, base::compact_time_of(since));
      if (!news) {
        all_asked = std::unexpected(std::move(news.error()));
        break;
      }
      at->second = std::move(*news);
    }
    if (std::ranges::none_of(at->second, [&](const adt::TestNews& each) {
          return std::ranges::count(each.triggers, trigger) != 0;
        }))
      continue;
    answered.push_back(due.id);
    pending.remove(trigger, request.source, request.arch);
  }
  journal_->settle(answered, britney::Settled::sent);
  return all_asked;
}

Result<void> GateTests::resend(adt::Pending& pending) {
  const auto configured = config_.settings.adt.resend_after_seconds;
  const auto after = configured ? std::chrono::seconds(*configured) : kResendAfter;
  if (const auto asked = drop_answered(after, pending); !asked) {
    parties_.log.error("Test requests of unknown fate are not sent again in this run: " +
                       asked.error().text());
    return {};
  }
  return resend_requests(sending(), after, pending);
}

Result<adt::Pending> GateTests::send(const migrate::Judgement& judgement) {
  if (mode_ != TestMode::send) return judgement.pending;
  auto pending = without(judgement.pending, judgement.wanted);
  if (auto done = send_requests(sending(), judgement.wanted, pending); !done)
    return std::unexpected(done.error());
  if (auto done = resend(pending); !done) return std::unexpected(done.error());
  if (auto done = journal_->checkpoint(pending); !done) return std::unexpected(done.error());
  pending_is_kept_ = true;
  return pending;
}

// Debian's dry run of this policy does not exist; Ubuntu's writes what it would have asked.
Result<void> GateTests::save(const migrate::Judgement& judgement, const adt::Pending& pending) {
  if (mode_ == TestMode::look) return {};
  if (!std::exchange(pending_is_kept_, false))
    if (auto done = journal_->checkpoint(pending); !done) return done;
  return cache_.save(judgement.tests);
}

}  // namespace sluice::flow
