// Engine: an archive with the decision about it, kept in memory, that takes changes and decides
// again only what they can change. Everything that was decided is equal to what a run from nothing
// would decide on the same inputs. One thread. Source: migration 9 (d), (e).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "migrate/docket.h"
#include "migrate/fact_change.h"
#include "migrate/plan.h"
#include "migrate/run_memory.h"
#include "migrate/target.h"
#include "migrate/testers.h"

namespace sluice::migrate {

// What was decided. Excuses point to the hints.
struct Decision {
  std::shared_ptr<const HintSet> hints;
  Judgement judgement;
  RunResult run;
  std::vector<Nuninst> uninstallable;  // by ArchIndex, when the run has ended
};

// How much the last decide() had to do.
struct EngineWork {
  std::size_t judged = 0;  // items of which policies were asked
  bool all = false;        // those are all items
  bool ran = false;        // the migration was tried
  std::size_t trials = 0;  // attempts of it of which an earlier run did not tell
};

class Engine {
 public:
  struct Archive {
    std::shared_ptr<const deb::Snapshot> snapshot;
    Settings settings;
    std::vector<std::string> must_stay;
  };

  Engine(Archive archive, HintSet hints, Facts facts);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Changes. They count at the next decide().
  void replace_archive(Archive archive);
  void replace_hints(HintSet hints);
  void replace_facts(Facts facts);
  void change_fact(const FactChange& change);

  // Asked while the target is as a run leaves it.
  using AtEnd = std::function<void(const World& world, TargetState& target)>;

  // Decides what is not decided yet. `listener` hears the events of a run if there is one, and
  // `ask` is called at its end. A former decision that somebody holds stays as it is; one that
  // nobody holds is brought up to date in place, which saves a copy of all excuses.
  std::shared_ptr<const Decision> decide(const RunListener& listener = {}, const AtEnd& ask = {});

  // For callers who decide again and again, after a decision. What it learned becomes facts, as it
  // does when a run saves its state and the next one reads it: dates, PPAs, results; what is wanted
  // is not pending yet. Whoever was asked for PPAs is asked no more. Changes nothing to decide.
  void keep_learned();
  // These of the decision's wanted requests were sent: they are pending from now on, and wanted no
  // more. Changes nothing else to decide.
  void note_sent(std::span<const adt::TestRequest> sent);

  // Tests for triggers that are not there any more are not waited for: if one comes back, they are
  // wanted again. Changes nothing to decide.
  void drop_pending(const std::function<bool(const std::string& trigger)>& is_gone);

  // The suites as they are before any migration: the start of every run.
  World world() const;
  const Facts& facts() const { return facts_; }
  const Archive& archive() const { return archive_; }
  EngineWork last_work() const { return work_; }

  // Calls `ask` while the target is as the decision leaves it. Cost: the run, once more.
  void at_end(const Decision& decision, const AtEnd& ask);

 private:
  void build_universes();
  RunRequest request_of(const Judgement& judgement) const;
  void judge_anew(Decision& decision);
  bool same_run(const HintSet& hints) const;
  Decision& own_decision();
  bool can_be_told() const;
  RunResult run(const Judgement& judgement, const RunListener& listener, const AtEnd& ask,
                std::vector<Nuninst>* uninstallable);

  Archive archive_;
  std::shared_ptr<const HintSet> hints_;
  Facts facts_;
  Testers testers_;
  std::unique_ptr<TargetState> target_;  // at its start between two calls
  std::unique_ptr<Docket> docket_;       // of the decision
  std::shared_ptr<Decision> decision_;
  Touched touched_;                // facts that changed since
  std::vector<TestKey> recorded_;  // results that had changed when it was made
  bool archive_changed_ = true, hints_changed_ = true;
  RunMemory memory_;  // of runs under the present hints
  EngineWork work_;
};

}  // namespace sluice::migrate
