#include "migrate/engine.h"

#include <algorithm>
#include <utility>

namespace sluice::migrate {
namespace {

// The hints that a run executes; all others count through the excuses or the tolerance alone.
bool is_executed(HintType type) {
  return type == HintType::easy || type == HintType::hint || type == HintType::force_hint;
}

}  // namespace

Engine::Engine(Archive archive, HintSet hints, Facts facts)
    : archive_(std::move(archive)),
      hints_(std::make_shared<const HintSet>(std::move(hints))),
      facts_(std::move(facts)) {}

Engine::~Engine() = default;

void Engine::replace_archive(Archive archive) {
  archive_ = std::move(archive);
  archive_changed_ = true;
}

void Engine::replace_hints(HintSet hints) {
  hints_ = std::make_shared<const HintSet>(std::move(hints));
  hints_changed_ = true;
}

void Engine::replace_facts(Facts facts) {
  touched_.add(touched_by(facts_, facts));
  facts_ = std::move(facts);
}

void Engine::change_fact(const FactChange& change) { touched_.add(apply(change, facts_)); }

void Engine::build_universes() {
  target_.reset();
  const auto before = std::exchange(testers_.clauses, {});
  testers_ = {};
  testers_ = make_testers(*archive_.snapshot, before);
  target_ =
      std::make_unique<TargetState>(*archive_.snapshot, archive_.settings, testers_.installability);
  target_->keep_history();
}

World Engine::world() const {
  World world{*archive_.snapshot, archive_.settings, *hints_, testers_.universes,
              testers_.installability};
  world.now = target_.get();
  return world;
}

RunRequest Engine::request_of(const Judgement& judgement) const {
  RunRequest request;
  request.candidates = judgement.candidates;
  request.cruft = judgement.cruft;
  request.must_stay = archive_.must_stay;
  return request;
}

// Whether a run under these hints is one under the present ones, if the candidates are the same.
// Why an item is a candidate does not count; but under Debian's rules the auto hinter reads
// excuses.
bool Engine::same_run(const HintSet& hints) const {
  if (archive_.settings.rules == RuleSet::debian) return false;
  const auto matters = [](const HintSet& set) {
    std::vector<Hint> list;
    for (const auto& hint : set.all())
      if (hint.active &&
          (is_executed(hint.type) || hint.type == HintType::allow_uninst ||
           hint.type == HintType::allow_smooth_update || hint.type == HintType::remove))
        list.push_back(hint);
    return list;
  };
  return matters(hints) == matters(*hints_);
}

// The judgement of a decision that was, or of a new one.
void Engine::judge_anew(Decision& decision) {
  const bool known = docket_ != nullptr;
  if (!known) docket_ = std::make_unique<Docket>();
  if (known && hints_changed_) touched_.add(touched_by(*decision.hints, *hints_));
  const auto before = std::exchange(decision.hints, hints_);  // excuses point to them
  work_.all = !known || !docket_->update(world(), facts_, touched_, decision.judgement);
  if (work_.all) decision.judgement = docket_->judge(world(), facts_);
  work_.judged = docket_->judged();
}

// Whether one run can tell the next one: hints, the auto hinter and --coinst try things of their
// own.
bool Engine::can_be_told() const {
  return archive_.settings.rules == RuleSet::ubuntu && !archive_.settings.coinstallability &&
         std::ranges::none_of(
             hints_->all(), [](const Hint& hint) { return hint.active && is_executed(hint.type); });
}

// A run from the target's start and back to it.
RunResult Engine::run(const Judgement& judgement, const RunListener& listener, const AtEnd& ask,
                      std::vector<Nuninst>* uninstallable) {
  const auto start = target_->mark();
  const auto here = world();
  auto* memory = can_be_told() ? &memory_ : nullptr;
  if (memory != nullptr) memory->begin(here, *target_);
  auto made =
      run_migration(here, *target_, judgement.excuses, request_of(judgement), listener, memory);
  if (uninstallable != nullptr) *uninstallable = target_->nuninst();
  if (memory != nullptr && ask) memory->catch_up();
  if (ask) ask(here, *target_);
  if (memory != nullptr) {
    memory->end(start);
    work_.trials = memory->trials();
  } else {
    target_->rollback(start);
  }
  return made;
}

// The decision as one that may be changed.
Decision& Engine::own_decision() {
  if (decision_.use_count() > 1) decision_ = std::make_shared<Decision>(*decision_);
  return *decision_;
}

std::shared_ptr<const Decision> Engine::decide(const RunListener& listener, const AtEnd& ask) {
  work_ = {};
  if (decision_ && !archive_changed_ && !hints_changed_ && touched_.nothing()) return decision_;
  if (archive_changed_) {
    docket_.reset();
    build_universes();
  }
  const bool comparable = decision_ && !archive_changed_ && same_run(*decision_->hints);
  if (!decision_ || archive_changed_) decision_ = std::make_shared<Decision>();
  auto& made = own_decision();
  const auto candidates = made.judgement.candidates;
  const auto cruft = made.judgement.cruft;
  judge_anew(made);
  const bool same =
      comparable && candidates == made.judgement.candidates && cruft == made.judgement.cruft;
  archive_changed_ = hints_changed_ = false;
  if (!comparable) memory_.forget();
  if (!same) {
    made.run = run(made.judgement, listener, ask, &made.uninstallable);
    work_.ran = true;
  }
  recorded_ = std::move(touched_.results);
  touched_ = {};
  return decision_;
}

void Engine::keep_learned() {
  const auto& judgement = decision_->judgement;
  auto& tests = facts_.tests;
  if (!work_.all) {
    // Results that are distrusted are stored as such (4.6.1).
    for (const auto& [trigger, source, arch] : recorded_) {
      const auto* known = judgement.tests.find(trigger, source, arch);
      if (known != nullptr)
        tests.results.put(trigger, source, arch, *known);
      else
        tests.results.remove(trigger, source, arch);
    }
    return;
  }
  for (const auto& [source, seen] : judgement.first_seen)
    facts_.age.first_seen.insert_or_assign(source, seen);
  facts_.source_ppas = judgement.source_ppas;
  facts_.ppa_lookup = nullptr;
  tests.news.clear();
  tests.results = judgement.tests;
  tests.pending = judgement.pending;
  for (const auto& each : judgement.wanted)
    tests.pending.remove(each.triggers.front(), each.source, each.arch);
}

void Engine::note_sent(std::span<const adt::TestRequest> sent) {
  for (const auto& each : sent)
    facts_.tests.pending.add(each.triggers.front(), each.source, each.arch);
  docket_->forget_wanted(sent, own_decision().judgement);
}

void Engine::drop_pending(const std::function<bool(const std::string& trigger)>& is_gone) {
  facts_.tests.pending.remove_triggers(is_gone);
}

void Engine::at_end(const Decision& decision, const AtEnd& ask) {
  if (hints_changed_) memory_.forget();
  (void)run(decision.judgement, {}, ask, nullptr);
}

}  // namespace sluice::migrate
