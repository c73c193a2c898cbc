#include "flow/gate_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "base/text.h"
#include "britney/hint_files.h"
#include "britney/noninst.h"
#include "flow/batch_run.h"
#include "flow/batch_session.h"
#include "flow/clauses_cache.h"
#include "flow/gate_inputs.h"
#include "flow/local_grid.h"
#include "flow/maximal_lines.h"
#include "migrate/report_output.h"
#include "migrate/reports.h"
#include "migrate/run_memory.h"

namespace sluice::flow {

using base::Level;
using base::Result;
using migrate::Item;

BatchRun::BatchRun(const britney::Config& config, const BatchOptions& options,
                   sys::FileSystem& files, sys::Clock& clock, base::Log& log)
    : config_(config),
      options_(options),
      files_(files),
      clock_(clock),
      log_(log),
      outputs_(config, files, log),
      settings_(config.settings) {}

migrate::World BatchRun::world() const {
  migrate::World world{*snapshot_, settings_, hints_, testers_.universes, testers_.installability};
  world.now = target_.get();
  return world;
}

void BatchRun::note(const britney::Messages& messages) {
  for (const auto& message : messages) log_.write(message.level, message.text);
}

void BatchRun::phase(std::string_view name) const {
  if (options_.on_phase) options_.on_phase(name);
}

BatchRun::Done BatchRun::load_archive() {
  auto inputs = read_inputs(config_, files_, log_);
  if (!inputs) return std::unexpected(inputs.error());
  snapshot_ = std::move(inputs->snapshot);
  settings_ = std::move(inputs->settings);
  must_stay_ = std::move(inputs->must_stay);
  phase("load");
  return {};
}

void BatchRun::load_hints(const std::string& more) {
  auto hints = britney::read_hints(files_, config_, more, *snapshot_);
  note(hints.messages);
  hints_ = std::move(hints.value);
}

void BatchRun::build_testers() {
  log_.info("Compiling Installability tester");
  ClausesCache cache(files_, config_.paths.parsed_cache);
  testers_ = migrate::make_testers(*snapshot_, cache.read());
  cache.update(testers_.clauses, log_);
  testers_.clauses = {};  // one run has no use for them any more
  target_ = std::make_unique<migrate::TargetState>(*snapshot_, settings_, testers_.installability);
  phase("installability");
}

// NONINST_STATUS: read where the cache is wanted, else written as it was computed.
BatchRun::Done BatchRun::start_counters() {
  std::size_t bad = 0;
  if (options_.nuninst_cache) {
    log_.info("Not building the list of non-installable packages, as requested");
    auto cached =
        britney::read_noninst(files_, config_.paths.noninst_status, settings_.architectures);
    if (!cached) return std::unexpected(cached.error());
    for (deb::ArchIndex arch = 0; arch < snapshot_->archs.size(); ++arch) {
      const std::string name(snapshot_->arch_name(arch));
      target_->set_nuninst(arch, cached->at(name + "+all"), cached->at(name));
    }
    return {};
  }
  for (const auto& nuninst : target_->nuninst()) bad += nuninst.all.size();
  log_.info(fmt::format("> Found {} non-installable packages", bad));
  if (options_.print_uninst) return {};
  return outputs_.write_noninst(*target_, state_.facts.now);
}

// --print-uninst: the report and nothing else.
bool BatchRun::report_only() {
  if (!options_.print_uninst) return false;
  if (!options_.print) return true;
  if (options_.nuninst_cache) {
    std::vector<std::pair<std::string, std::size_t>> counts;
    for (deb::ArchIndex arch = 0; arch < snapshot_->archs.size(); ++arch)
      counts.emplace_back(snapshot_->arch_name(arch), target_->nuninst(arch).all.size());
    options_.print(migrate::uninst_summary(counts));
  } else {
    options_.print(migrate::uninst_report(*target_));
  }
  return true;
}

BatchRun::Done BatchRun::load() {
  if (auto done = load_archive(); !done) return done;
  if (auto done = lock_state(); !done) return done;
  auto state = britney::load_state(files_, config_, *snapshot_, clock_.now());
  note(state.messages);
  state_ = std::move(state.value);
  launchpad_.connect(options_.http, settings_);
  state_.facts.ppa_lookup = launchpad_.lookup();
  if (!options_.print_uninst)
    if (auto done = open_tests(); !done) return done;
  build_testers();
  return start_counters();
}

// Before anything of the state is read: what another run is about to write would be undone.
BatchRun::Done BatchRun::lock_state() {
  const auto& directory = config_.paths.state_dir;
  if (options_.dry_run || options_.print_uninst || directory.empty()) return {};
  auto lock = britney::lock_state_directory(files_, directory);
  // Without the directory nothing is kept there, and nothing will be.
  if (!lock && lock.error().kind == base::ErrorKind::not_found) return {};
  if (!lock) return std::unexpected(lock.error());
  state_lock_ = std::move(*lock);
  return {};
}

BatchRun::Done BatchRun::open_tests() {
  if (settings_.adt.enabled == migrate::Switch::off) return {};
  if (options_.results) use_own_grid(settings_);
  const auto mode = test_mode(settings_, options_.dry_run);
  auto tests = GateTests::open(config_, settings_, snapshot_->suites[deb::kTarget].name, mode,
                               {files_, options_.http, clock_, log_, options_.requests,
                                options_.results, state_lock_ != nullptr});
  if (!tests) return std::unexpected(tests.error());
  tests_ = std::move(*tests);
  state_.facts.tests = tests_->take_facts();
  return {};
}

BatchRun::Done BatchRun::judge_items() {
  log_.info("Update Excuses generation started");
  judgement_ = migrate::judge(world(), state_.facts);
  if (judgement_.fatal) return std::unexpected(*judgement_.fatal);
  if (tests_) {
    auto pending = tests_->send(judgement_);
    if (!pending) return std::unexpected(pending.error());
    pending_ = std::move(*pending);
    // The hint tester computes excuses again: nothing is asked twice.
    if (options_.hint_tester) {
      state_.facts.tests.pending = judgement_.pending;
      state_.facts.tests.results = judgement_.tests;
    }
    state_.facts.tests.news.clear();
  }
  for (const auto& message : judgement_.messages) log_.warn(message);
  launchpad_.tell(log_);
  log_.info("Update Excuses generation completed");
  if (!judgement_.cruft.empty()) {
    log_.info(
        fmt::format("List of old libraries added to upgrade_me ({}):", judgement_.cruft.size()));
    for (const auto& line : migrate::old_library_lines(judgement_.cruft, world())) log_.info(line);
  }
  count_excuses(judgement_.excuses, summary_);
  phase("excuses");
  return {};
}

BatchRun::Done BatchRun::write_excuses() {
  if (options_.dry_run) return {};
  const auto now = state_.facts.now;
  const auto rules = world();
  if (auto done = outputs_.write_excuses_html(judgement_.excuses, rules, now); !done) return done;
  if (auto done = outputs_.write_excuses_yaml(judgement_.excuses, rules, now); !done) return done;
  phase("write excuses");
  return {};
}

// Ubuntu's notices by mail, off under Debian's rules. A dry run asks and writes to nobody.
void BatchRun::write_to_people() {
  launchpad_.send_mail(
      config_, settings_, judgement_.excuses,
      {files_, options_.http, options_.dry_run ? nullptr : options_.mail, clock_, log_});
  phase("mail");
}

// --actions: the items to try, as the items of the suites. What is in no suite costs a warning.
std::vector<Item> BatchRun::action_items() {
  std::vector<Item> items;
  for (const auto word : base::split_words(*options_.actions)) {
    const auto name = migrate::parse_item(word, migrate::Versioned::yes, *snapshot_);
    auto item = name ? migrate::find_item(*name, *snapshot_) : std::nullopt;
    if (item) {
      items.push_back(*item);
    } else {
      log_.warn("Malformed action '" + std::string(word) + "': an item of a suite expected");
    }
  }
  return items;
}

migrate::RunResult BatchRun::run_candidates() {
  migrate::RunRequest request;
  request.must_stay = must_stay_;
  request.only_actions = options_.actions.has_value();
  if (request.only_actions) {
    request.candidates = action_items();
  } else {
    request.candidates = judgement_.candidates;
    request.cruft = judgement_.cruft;
  }
  const auto rules = world();
  return migrate::run_migration(rules, *target_, judgement_.excuses, request,
                                [&](const migrate::RunEvent& event) { show(event, rules); });
}

// All candidates that did not move: also those that could not be tried when the run began, and that
// it has forgotten.
std::vector<Item> BatchRun::not_moved(const migrate::RunResult& result) const {
  std::unordered_set<Item, migrate::ItemHash> known(result.accepted.begin(), result.accepted.end());
  known.insert(result.leftover.begin(), result.leftover.end());
  auto items = result.leftover;
  for (const auto* list : {&judgement_.candidates, &judgement_.cruft})
    std::ranges::copy_if(*list, std::back_inserter(items),
                         [&](const Item& item) { return !known.contains(item); });
  return items;
}

// --maximal, --apply-maximal. What is applied goes through the same door as any other hint.
void BatchRun::add_maximal(migrate::RunResult& result) {
  const auto rules = world();
  result.leftover = not_moved(result);
  const auto set = migrate::maximal_set(rules, *target_, migrate::tolerance_of(rules, must_stay_),
                                        result.leftover);
  if (options_.print)
    for (const auto& line : maximal_lines(set, *snapshot_)) options_.print(line);
  log_.info(fmt::format("> Maximal set: {} more items, {} attempts, {} constraints",
                        set.items().size(), set.rounds, set.constraints));
  phase("maximal");
  if (options_.maximal == Maximal::show) return;
  for (const auto& group : set.groups) {
    const auto hint = hint_of(group, *snapshot_);
    migrate::RunRequest request;
    request.must_stay = must_stay_;
    request.candidates = result.leftover;
    auto moved = migrate::run_hint(rules, *target_, hint, request,
                                   [&](const auto& event) { show(event, rules); });
    result.leftover = std::move(moved.leftover);
    result.accepted.insert(result.accepted.end(), moved.accepted.begin(), moved.accepted.end());
    result.components.insert(result.components.end(), moved.components.begin(),
                             moved.components.end());
  }
}

// An event of the run as lines of the log and of UPGRADE_OUTPUT; two kinds are news of the log
// alone.
void BatchRun::show(const migrate::RunEvent& event, const migrate::World& rules) {
  if (event.kind == migrate::RunEventKind::trying_hint)
    log_.info("> Processing '" + std::string(text_of(event.hint->type)) + "' hint from " +
              event.hint->user);
  if (event.kind == migrate::RunEventKind::auto_hinter_skipped)
    log_.info(">> Skipping auto hinting due to recursion problem");
  for (const auto& line : migrate::output_lines(event, rules, state_.facts.now)) {
    log_.write_always(line.level, line.text);
    (upgrade_output_ += line.text) += '\n';
  }
}

BatchRun::Done BatchRun::save_state() {
  if (options_.dry_run) return {};
  if (tests_)
    if (auto done = tests_->save(judgement_, pending_); !done) return done;
  return britney::save_state(
      files_, config_, state_,
      {state_.facts.age.first_seen, judgement_.first_seen, judgement_.source_ppas});
}

BatchRun::Done BatchRun::write_results(const migrate::RunResult& result) {
  if (options_.dry_run) return {};
  if (auto done = outputs_.write_upgrade_output(upgrade_output_); !done) return done;
  if (options_.actions || !outputs_.wants_heidi()) return {};
  return outputs_.write_heidi(migrate::heidi_result(*target_, settings_),
                              migrate::heidi_delta(result.accepted, *snapshot_));
}

BatchRun::Done BatchRun::decide() {
  if (!config_.paths.upgrade_output.empty() && !options_.dry_run)
    log_.info("Logging upgrade output to " + config_.paths.upgrade_output);
  log_.info("Starting the upgrade test");
  auto result = run_candidates();
  phase("migration");
  if (options_.maximal == Maximal::apply) add_maximal(result);
  if (!options_.nuninst_cache) check_counters(world(), *target_);
  phase("check");
  // Debian's order: state before the results; Ubuntu's the other way round. Where only given items
  // are tried nothing was judged, so there is nothing to keep, and what is kept stays.
  if (debian() && !options_.actions)
    if (auto done = save_state(); !done) return done;
  if (auto done = write_results(result); !done) return done;
  phase("write results");
  count_run(result, target_->nuninst(), *snapshot_, summary_);
  log_.info("Test completed!");
  left_ = std::move(result);
  return {};
}

BatchSummary BatchRun::take_summary() {
  summary_.outputs = outputs_.take_written();
  return std::move(summary_);
}

// Ends what has ends beyond this process.
void BatchRun::close() {
  tests_.reset();
  state_lock_.reset();
}

Result<BatchSummary> BatchRun::run() {
  if (auto done = load(); !done) return std::unexpected(done.error());
  if (report_only()) return take_summary();
  load_hints(options_.hints);
  if (!options_.actions) {
    if (auto done = judge_items(); !done) return std::unexpected(done.error());
    if (auto done = write_excuses(); !done) return std::unexpected(done.error());
  }
  if (options_.hint_tester) {
    BatchSession session(*this);
    options_.hint_tester(session);
    return take_summary();
  }
  if (!options_.actions) write_to_people();
  const bool state_last = !debian();
  if (options_.compute_migrations || options_.actions) {
    if (auto done = decide(); !done) return std::unexpected(done.error());
  } else {
    log_.info("Migration computation skipped as requested.");
    // It is what could move in addition to what this run moves.
    if (options_.maximal != Maximal::off)
      log_.warn("No maximal set is sought, as no migration is computed");
  }
  if (state_last && !options_.actions)
    if (auto done = save_state(); !done) return std::unexpected(done.error());
  phase("state");
  // What is only shown comes last: whatever becomes of it, the run's results are there.
  if (left_ && options_.maximal == Maximal::show) add_maximal(*left_);
  return take_summary();
}

Result<BatchSummary> run_gate_batch(const britney::Config& config, const BatchOptions& options,
                                    sys::FileSystem& files, sys::Clock& clock, base::Log& log) {
  auto run = std::make_unique<BatchRun>(config, options, files, clock, log);
  auto summary = run->run();
  if (options.last_of_process) {
    run->close();
    static const BatchRun* kept = nullptr;  // in sight of leak checkers
    kept = run.release();
    (void)kept;
  }
  return summary;
}

}  // namespace sluice::flow
