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
  facts_ = std::move(facts);
  facts_changed_ = true;
}

void Engine::build_universes() {
  target_.reset();
  testers_ = {};
  testers_ = make_testers(*archive_.snapshot);
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

// A run on the same archive depends on the candidates, the cruft and a few kinds of hints, not on
// why an item is a candidate. Under Debian's rules the auto hinter reads the excuses as well.
bool Engine::same_run(const Judgement& judgement) const {
  if (decision_ == nullptr || archive_changed_) return false;
  if (archive_.settings.rules == RuleSet::debian) return false;
  if (hints_changed_) {
    const auto matters = [](const HintSet& hints) {
      std::vector<Hint> list;
      for (const auto& hint : hints.all())
        if (hint.active &&
            (is_executed(hint.type) || hint.type == HintType::allow_uninst ||
             hint.type == HintType::allow_smooth_update || hint.type == HintType::remove))
          list.push_back(hint);
      return list;
    };
    if (matters(*decision_->hints) != matters(*hints_)) return false;
  }
  return decision_->judgement.candidates == judgement.candidates &&
         decision_->judgement.cruft == judgement.cruft;
}

std::shared_ptr<const Decision> Engine::decide(const RunListener& listener) {
  work_ = {};
  if (decision_ && !archive_changed_ && !hints_changed_ && !facts_changed_) return decision_;
  if (archive_changed_) build_universes();
  auto made = std::make_shared<Decision>();
  made->hints = hints_;
  made->judgement = judge(world(), facts_);
  work_.judged = true;
  if (same_run(made->judgement)) {
    made->run = decision_->run;
    made->uninstallable = decision_->uninstallable;
  } else {
    const auto start = target_->mark();
    made->run = run_migration(
        world(), *target_, made->judgement.excuses, request_of(made->judgement),
        listener ? listener : [](const RunEvent&) {});
    made->uninstallable = target_->nuninst();
    target_->rollback(start);
    work_.ran = true;
  }
  archive_changed_ = hints_changed_ = facts_changed_ = false;
  decision_ = std::move(made);
  return decision_;
}

void Engine::at_end(const Decision& decision, const AtEnd& ask) {
  const auto start = target_->mark();
  (void)run_migration(world(), *target_, decision.judgement.excuses, request_of(decision.judgement),
                      [](const RunEvent&) {});
  ask(world(), *target_);
  target_->rollback(start);
}

}  // namespace sluice::migrate
