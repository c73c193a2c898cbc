#include "flow/gate_engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "britney/dates.h"
#include "britney/hint_files.h"
#include "flow/gate_inputs.h"
#include "migrate/news_change.h"
#include "migrate/report_output.h"
#include "migrate/reports.h"

namespace sluice::flow {
namespace {

// While results pour in, the reports wait for a pause, but not longer than this.
constexpr std::chrono::seconds kReportsAfter{10};
// Items come of age one by one; each time all are judged, so not more often than this.
constexpr std::chrono::minutes kAgePeriod{1};
constexpr double kSecondsPerDay = 86'400;

// Days begin when the archive's daily run used to be over (migration 2.5, 4.5.4).
std::int64_t day_of(base::Instant time) {
  return britney::day_of(static_cast<std::int64_t>(std::floor(base::seconds_of(time))), {});
}

// "source/version" in any suite. Triggers of another form are not judged.
bool has_source(const deb::Snapshot& snapshot, const std::string& trigger) {
  const auto slash = trigger.find('/');
  if (slash == std::string::npos) return true;
  const auto name = snapshot.symbols.find_name(std::string_view(trigger).substr(0, slash));
  const auto version = snapshot.symbols.find_version(std::string_view(trigger).substr(slash + 1));
  return std::ranges::any_of(snapshot.suites, [&](const deb::Suite& suite) {
    const auto* source = suite.source(name);
    return source != nullptr && source->version == version;
  });
}

}  // namespace

GateEngine::GateEngine(britney::Config config, const GateEngineParties& parties)
    : config_(std::move(config)),
      parties_(parties),
      outputs_(config_, parties.files, parties.log),
      requests_(parties.keeper) {}

base::Result<std::unique_ptr<GateEngine>> GateEngine::open(britney::Config config,
                                                           const GateEngineParties& parties) {
  std::unique_ptr<GateEngine> engine(new GateEngine(std::move(config), parties));
  if (auto done = engine->begin(); !done) return std::unexpected(done.error());
  return engine;
}

void GateEngine::note(const britney::Messages& messages) {
  for (const auto& message : messages) parties_.log.write(message.level, message.text);
}

GateEngine::Done GateEngine::begin() {
  auto inputs = read_inputs(config_, parties_.files, parties_.log);
  if (!inputs) return std::unexpected(inputs.error());
  const auto& snapshot = *inputs->snapshot;
  settings_ = std::move(inputs->settings);
  names_ = migrate::heidi_names(*inputs->snapshot);
  use_own_grid(settings_);
  auto state = britney::load_state(parties_.files, config_, snapshot, parties_.clock.now());
  note(state.messages);
  state_ = std::move(state.value);
  launchpad_.connect(parties_.http, settings_);
  state_.facts.ppa_lookup = launchpad_.lookup();
  if (auto done = open_tests(snapshot.suites[deb::kTarget].name); !done) return done;
  if (auto done = drop_ended(); !done) return done;
  auto hints = read_hints(snapshot);
  engine_ = std::make_unique<migrate::Engine>(
      migrate::Engine::Archive{inputs->snapshot, settings_, std::move(inputs->must_stay)},
      std::move(hints), std::exchange(state_.facts, {}));
  anew_ = true;
  if (auto done = decide(); !done) return done;
  if (auto done = withdraw(); !done) return done;
  if (auto done = outputs_.write_noninst(*engine_->world().now, engine_->facts().now); !done)
    return done;
  return write_all();
}

GateEngine::Done GateEngine::open_tests(std::string_view target) {
  if (settings_.adt.enabled == migrate::Switch::off) return {};
  const auto cursor = cursor_of_gate(parties_.keeper);
  if (!cursor) return std::unexpected(cursor.error());
  const auto event = last_event_of(parties_.keeper);
  if (!event) return std::unexpected(event.error());
  const auto runs = runs_of_gate(settings_.series, settings_.adt.ppas);
  ends_.emplace(parties_.keeper, runs, *event);
  const auto results = [&](const std::string&) {
    auto news = std::make_unique<GridNews>(parties_.keeper, runs, *cursor);
    news_ = news.get();
    return news;
  };
  auto tests = GateTests::open(
      config_, settings_, target, test_mode(settings_, false),
      {parties_.files, parties_.http, parties_.clock, parties_.log, &requests_, results});
  if (!tests) return std::unexpected(tests.error());
  tests_ = std::move(*tests);
  state_.facts.tests = tests_->take_facts();
  return {};
}

// Tests that are pending in the file although their requests have ended.
GateEngine::Done GateEngine::drop_ended() {
  if (!ends_) return {};
  const auto& tests = state_.facts.tests;
  std::vector<TestEnds::Asked> asked;
  for (const auto& [trigger, sources] : tests.pending.by_trigger())
    for (const auto& [source, archs] : sources)
      for (const auto& arch : archs) asked.push_back({{trigger, source, arch}, ""});
  const auto changes = ends_->look_up(asked, tests);
  if (!changes) return std::unexpected(changes.error());
  for (const auto& change : *changes) (void)migrate::apply(change, state_.facts);
  return {};
}

migrate::HintSet GateEngine::read_hints(const deb::Snapshot& snapshot) {
  auto hints = britney::read_hints(parties_.files, config_, "", snapshot);
  note(hints.messages);
  return std::move(hints.value);
}

// Facts and hints were read for the archive as it was: urgencies count by versions.
GateEngine::Done GateEngine::reread_archive() {
  auto inputs = read_inputs(config_, parties_.files, parties_.log);
  if (!inputs) return std::unexpected(inputs.error());
  settings_ = std::move(inputs->settings);
  names_ = migrate::heidi_names(*inputs->snapshot);
  use_own_grid(settings_);
  engine_->replace_archive({inputs->snapshot, settings_, std::move(inputs->must_stay)});
  reread_facts(launchpad_.lookup());
  forget_ends();
  engine_->replace_hints(read_hints(*inputs->snapshot));
  anew_ = true;
  return {};
}

// They are found again where they still stand (find_ends); what the gate took back itself is not.
void GateEngine::forget_ends() {
  const auto ended = engine_->facts().tests.ended;
  for (const auto& [test, end] : ended)
    engine_->change_fact(migrate::EndChange{test, std::nullopt});
}

// What the engine itself keeps, and writes, it knows better than the files.
void GateEngine::reread_facts(migrate::PpaLookup* lookup) {
  auto state = britney::load_state(parties_.files, config_, *engine_->archive().snapshot,
                                   parties_.clock.now());
  note(state.messages);
  auto facts = std::move(state.value.facts);
  const auto& known = engine_->facts();
  facts.age.first_seen = known.age.first_seen;
  facts.source_ppas = known.source_ppas;
  facts.tests = known.tests;
  facts.ppa_lookup = lookup;
  engine_->replace_facts(std::move(facts));
}

// Stamps are always of now. Ages are moved, and all items judged, when a day begins, and when an
// item comes of age; in between nothing can depend on them.
bool GateEngine::take_time() {
  const auto now = parties_.clock.now();
  const auto before = engine_->facts().age_now;
  const bool matures = old_enough_ && now >= *old_enough_ && now >= before + kAgePeriod;
  const bool ages = !config_.fake_runtime && (matures || day_of(now) != day_of(before));
  engine_->change_fact(migrate::TimeChange{now, ages ? now : before});
  anew_ = anew_ || ages;
  return ages;
}

bool GateEngine::apply(std::span<const adt::TestNews> news) {
  bool changed = false;
  for (const auto& each : news)
    for (const auto& change : changes_of(engine_->world(), engine_->facts(), each)) {
      engine_->change_fact(change);
      changed = true;
    }
  return changed;
}

base::Result<bool> GateEngine::take_results() {
  if (news_ == nullptr) return false;
  const auto news = news_->take_entered(engine_->facts().tests.results);
  if (!news) return std::unexpected(news.error());
  work_.results = news->size();
  return apply(*news);
}

base::Result<bool> GateEngine::take_ends() {
  if (!ends_) return false;
  const auto changes = ends_->take(engine_->facts().tests);
  if (!changes) return std::unexpected(changes.error());
  for (const auto& change : *changes) engine_->change_fact(change);
  return !changes->empty();
}

// Requests that ended before this engine was there, or before the archive was read again: what is
// wanted now was asked for then, and would end in the same way. Answers whether any did.
base::Result<bool> GateEngine::find_ends(const migrate::Judgement& judgement) {
  if (!ends_ || judgement.wanted.empty()) return false;
  std::vector<TestEnds::Asked> asked;
  for (const auto& each : judgement.wanted) {
    const auto submission = submission_of(each);
    if (!submission) continue;  // it is refused when it is sent
    asked.push_back({{each.triggers.front(), each.source, each.arch},
                     adt::request_key(submission->request, submission->queue)});
  }
  const auto changes = ends_->look_up(asked, engine_->facts().tests);
  if (!changes) return std::unexpected(changes.error());
  for (const auto& change : *changes) engine_->change_fact(change);
  return !changes->empty();
}

base::Result<bool> GateEngine::turn(const GateChanges& changes) {
  work_ = {};
  anew_ = false;
  if (changes.archive) {
    if (auto done = reread_archive(); !done) return std::unexpected(done.error());
  } else {
    if (changes.facts) reread_facts(nullptr);
    if (changes.hints) engine_->replace_hints(read_hints(*engine_->archive().snapshot));
  }
  const bool ages = take_time();
  const auto results = take_results();
  if (!results) return std::unexpected(results.error());
  const auto ends = take_ends();
  if (!ends) return std::unexpected(ends.error());
  const bool read = changes.archive || changes.facts || changes.hints;
  if (!read && !ages && !*results && !*ends) return false;
  if (auto done = decide(); !done) return std::unexpected(done.error());
  if (changes.archive)
    if (auto done = withdraw(); !done) return std::unexpected(done.error());
  if (changes.archive)
    if (auto done = outputs_.write_noninst(*engine_->world().now, engine_->facts().now); !done)
      return std::unexpected(done.error());
  // What new uploads were first seen must not be forgotten.
  const bool late = parties_.clock.now() >= dirty_since_ + kReportsAfter;
  if (changes.archive || late)
    if (auto done = write_all(); !done) return std::unexpected(done.error());
  return true;
}

std::shared_ptr<const migrate::Decision> GateEngine::decide_once() {
  std::string text;
  auto decision = engine_->decide(
      [&](const migrate::RunEvent& event) {
        for (const auto& line :
             migrate::output_lines(event, engine_->world(), engine_->facts().now))
          (text += line.text) += '\n';
      },
      [&](const migrate::World& world, const migrate::TargetState& target) {
        if (outputs_.wants_heidi()) next_heidi_ = migrate::heidi_result(target, settings_, names_);
        if (anew_) check_counters(world, target);
      });
  const auto& work = engine_->last_work();
  work_.engine.judged += work.judged;
  work_.engine.all = work_.engine.all || work.all;
  work_.engine.ran = work_.engine.ran || work.ran;
  if (work.ran) upgrade_output_ = std::move(text);
  engine_->keep_learned();
  return decision;
}

GateEngine::Done GateEngine::decide() {
  auto decision = decide_once();
  // An item may be the first that has a test of some package: what was known of that counts for
  // all items. Each package is asked for once, so this ends.
  while (news_ != nullptr) {
    const auto told = news_->take_told();
    if (told.empty() || work_.engine.all) break;
    decision.reset();
    apply(told);
    decision = decide_once();
  }
  const auto ended = find_ends(decision->judgement);
  if (!ended) return std::unexpected(ended.error());
  if (*ended) {
    decision.reset();
    decision = decide_once();
  }
  const auto& judgement = decision->judgement;
  if (judgement.fatal) return std::unexpected(*judgement.fatal);
  if (anew_) {
    refused_.clear();
    for (const auto& message : judgement.messages) parties_.log.warn(message);
    launchpad_.tell(parties_.log);
    soil({Report::mail});
  }
  old_enough_ = next_old_enough(judgement);
  if (auto done = send(judgement); !done) return done;
  if (auto done = write_heidi(*decision); !done) return done;
  count_excuses(judgement.excuses, summary_);
  if (work_.engine.ran) {
    count_run(decision->run, decision->uninstallable, *engine_->archive().snapshot, summary_);
    soil({Report::upgrade_output});
  }
  soil({Report::html, Report::yaml, Report::tests, Report::state});
  decision.reset();  // the engine may change it in place
  engine_->note_sent(std::exchange(sent_, {}));
  return {};
}

GateEngine::Done GateEngine::send(const migrate::Judgement& judgement) {
  if (!tests_) return {};
  const auto key_of = [](const adt::TestRequest& each) {
    return Key(each.triggers.front(), each.source, each.arch);
  };
  std::vector<adt::TestRequest> wanted;
  for (const auto& each : judgement.wanted)
    if (!refused_.contains(key_of(each))) wanted.push_back(each);
  if (wanted.empty()) return {};
  auto sent = tests_->send_some(wanted, engine_->facts().tests.pending);
  if (!sent) return std::unexpected(sent.error());
  for (const auto& each : wanted) refused_.insert(key_of(each));
  for (const auto& each : *sent) refused_.erase(key_of(each));
  sent_ = std::move(*sent);
  work_.requests = sent_.size();
  return {};
}

// Uploads that were removed need no tests. A kill between the two: a start does both again.
GateEngine::Done GateEngine::withdraw() {
  if (!tests_) return {};
  const auto& snapshot = *engine_->archive().snapshot;
  const auto is_there = [&](const std::string& trigger) {
    return trigger == adt::kReferenceTrigger || has_source(snapshot, trigger);
  };
  engine_->drop_pending([&](const std::string& trigger) { return !is_there(trigger); });
  const auto withdrawn = withdraw_requests(parties_.keeper, settings_.series, is_there);
  if (!withdrawn) return std::unexpected(withdrawn.error());
  if (*withdrawn > 0)
    parties_.log.info("gate: " + std::to_string(*withdrawn) +
                      " requests were taken back: what they are for is not there any more");
  return {};
}

GateEngine::Done GateEngine::write_heidi(const migrate::Decision& decision) {
  if (!next_heidi_) return {};
  auto heidi = *std::exchange(next_heidi_, std::nullopt);
  auto delta = migrate::heidi_delta(decision.run.accepted, *engine_->archive().snapshot);
  if (heidi == heidi_ && delta == delta_) return {};
  if (auto done = outputs_.write_heidi(heidi, delta); !done) return done;
  heidi_ = std::move(heidi);
  delta_ = std::move(delta);
  new_heidi_ = true;
  return {};
}

// The first moment at which an item that is too young now is not any more. Under Debian's rules
// ages are whole days.
std::optional<base::Instant> GateEngine::next_old_enough(
    const migrate::Judgement& judgement) const {
  if (settings_.rules == migrate::RuleSet::debian) return std::nullopt;
  std::optional<double> least;
  for (const auto& excuse : judgement.excuses) {
    if (!excuse.days_old || !excuse.required_days) continue;
    const auto days = *excuse.required_days - *excuse.days_old;
    if (days > 0 && (!least || days < *least)) least = days;
  }
  if (!least) return std::nullopt;
  // Ages count whole seconds.
  const auto seconds = static_cast<std::int64_t>(std::ceil(*least * kSecondsPerDay)) + 1;
  return engine_->facts().age_now + std::chrono::seconds(seconds);
}

void GateEngine::soil(std::initializer_list<Report> reports) {
  if (to_write_.empty()) dirty_since_ = parties_.clock.now();
  for (const auto report : reports)
    if (std::ranges::find(to_write_, report) == to_write_.end()) to_write_.push_back(report);
}

GateEngine::Done GateEngine::write(Report report) {
  const auto decision = engine_->decide();
  const auto& judgement = decision->judgement;
  const auto now = parties_.clock.now();
  const auto& [keeper, files, http, mail, clock, log] = parties_;
  switch (report) {
    case Report::html: return outputs_.write_excuses_html(judgement.excuses, engine_->world(), now);
    case Report::yaml: return outputs_.write_excuses_yaml(judgement.excuses, engine_->world(), now);
    case Report::upgrade_output: return outputs_.write_upgrade_output(upgrade_output_);
    case Report::state:
      return britney::save_state(
          files, config_, state_,
          {engine_->facts().age.first_seen, judgement.first_seen, judgement.source_ppas});
    case Report::tests:
      if (!tests_) return {};
      if (auto done = tests_->save(judgement, engine_->facts().tests.pending); !done) return done;
      return news_->keep_cursor();
    case Report::mail:
      launchpad_.send_mail(config_, settings_, judgement.excuses, {files, http, mail, clock, log});
      return {};
  }
  return {};
}

GateEngine::Done GateEngine::write_some() {
  if (to_write_.empty()) return {};
  if (auto done = write(to_write_.front()); !done) return done;
  to_write_.pop_front();
  summary_.outputs = outputs_.take_written();
  return {};
}

GateEngine::Done GateEngine::write_all() {
  for (; !to_write_.empty(); to_write_.pop_front())
    if (auto done = write(to_write_.front()); !done) return done;
  summary_.outputs = outputs_.take_written();
  return {};
}

}  // namespace sluice::flow
