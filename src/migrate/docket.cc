#include "migrate/docket.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "migrate/candidates.h"
#include "migrate/candidates_debian.h"
#include "migrate/old_libraries.h"
#include "migrate/policy_memory.h"
#include "migrate/propagate_debian.h"
#include "migrate/test_desk.h"
#include "migrate/test_triggers.h"

namespace sluice::migrate {
namespace {

// Of a real archive fewer than every tenth source has an excuse; more cost a move.
constexpr std::size_t kSourcesPerExcuse = 8;

// The number that stands for what was said before any item was judged; it comes first.
constexpr std::uint32_t kBeforeItems = 0;

FinderRules finder_of(const World& world) {
  switch (world.settings.rules) {
    case RuleSet::ubuntu: return ubuntu_finder(world.settings);
    case RuleSet::debian: return debian_finder(world);
  }
  return {};
}

void settle(Excuse& excuse) { excuse.valid = !is_rejected(excuse.verdict); }

void collect_candidates(Judgement& judgement) {
  judgement.candidates.clear();
  for (const auto& excuse : judgement.excuses)
    if (excuse.valid) judgement.candidates.push_back(excuse.item);
}

// By entry: 1 + the number of the item during whose judging it was added.
std::vector<std::uint32_t> owners_of(std::size_t count, std::size_t before_items,
                                     const std::vector<std::size_t>& ends) {
  std::vector<std::uint32_t> owners(before_items, kBeforeItems);
  for (std::uint32_t item = 0; item < ends.size(); ++item)
    if (ends[item] > owners.size()) owners.resize(ends[item], item + 1);
  base::check(owners.size() == count, "every entry was added before or while judging an item");
  return owners;
}

// Sorts `values`, of which the last ones are new, by their owners; stable.
template <class Value>
void sort_by_owner(std::vector<Value>& values, std::vector<std::uint32_t>& owners) {
  if (std::ranges::is_sorted(owners)) return;
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return owners[i]; });
  std::vector<Value> sorted;
  for (const auto i : order) sorted.push_back(std::move(values[i]));
  values = std::move(sorted);
  std::ranges::sort(owners);
}

// Takes out the entries whose owner is among `items` (sorted), after `visit`.
template <class Value, class Visit>
void take_out(std::vector<Value>& values, std::vector<std::uint32_t>& owners,
              const std::vector<std::uint32_t>& items, const Visit& visit) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::ranges::binary_search(items, owners[i])) {
      visit(values[i]);
      continue;
    }
    if (kept != i) values[kept] = std::move(values[i]);
    owners[kept++] = owners[i];
  }
  values.erase(values.begin() + static_cast<std::ptrdiff_t>(kept), values.end());
  owners.resize(kept);
}

// Finds the hints of an older set in the present one.
class HintPointers {
 public:
  explicit HintPointers(const HintSet& hints) : hints_(hints) {}

  // What the excuse points to is there, because else it were judged again.
  void renew(Excuse& excuse) {
    for (auto& hint : excuse.hints) hint = found(hint);
  }

 private:
  const Hint* found(const Hint* old) {
    const auto [known, fresh] = known_.try_emplace(old);
    if (!fresh) return known->second;
    const auto some = old->items.empty() ? hints_.of_type(old->type)
                                         : hints_.of_package(old->type, old->items.front().package);
    const auto at =
        std::ranges::find_if(some, [&](const Hint* each) { return same_hint(*each, *old); });
    base::check(at != some.end(), "an excuse that was not judged again has the hints it had");
    return known->second = *at;
  }

  const HintSet& hints_;
  std::unordered_map<const Hint*, const Hint*> known_;
};

void take_pending(const Facts& facts, const Touched& touched, adt::Pending& pending) {
  for (const auto& [trigger, source, arch] : touched.pending) {
    if (facts.tests.pending.has(trigger, source, arch))
      pending.add(trigger, source, arch);
    else
      pending.remove(trigger, source, arch);
  }
}

std::string_view source_of_trigger(std::string_view trigger) {
  return trigger.substr(0, trigger.find('/'));
}

// What a source said before, without baseline by reference (4.6.7).
adt::ResultCode plain_baseline(const adt::Results& results, const TestKey& key) {
  return TestLedger::baseline_of(results.of(key.source, key.arch));
}

bool has_failed(const adt::TestResult* result) {
  using enum adt::ResultCode;
  return result != nullptr && result->code != pass && result->code != neutral &&
         result->code != old_pass && result->code != old_neutral;
}

}  // namespace

Judgement Docket::judge(const World& world, const Facts& facts) {
  Judgement out;
  JudgeTrace trace;
  PolicyRun run{.world = world, .facts = facts, .out = out};
  run.trace = &trace;
  memory_of(run).tests_of_archive = tests_;
  const auto policies = policies_of(world.settings);
  begin_policies(run);
  said_by_.assign(out.messages.size(), kBeforeItems);
  out.excuses.reserve(world.target().sources.size() / kSourcesPerExcuse);
  find_candidates(run, finder_of(world), policies);
  judged_ = out.excuses.size();
  order_.resize(out.excuses.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::ranges::sort(order_, {},
                    [&](std::uint32_t i) { return std::string_view(out.excuses[i].uvname); });
  std::vector<Excuse> sorted;
  sorted.reserve(out.excuses.size());
  for (const auto i : order_) sorted.push_back(std::move(out.excuses[i]));
  out.excuses = std::move(sorted);
  propagation_.reset();
  switch (world.settings.rules) {
    case RuleSet::ubuntu: propagation_.emplace(world, out.excuses); break;
    case RuleSet::debian: propagate_debian(world, out.excuses); break;
  }
  std::ranges::for_each(out.excuses, settle);
  collect_candidates(out);
  out.cruft = old_libraries(world);
  entangled_.clear();
  for (const auto& [ppa, members] : run.memory->members_of_ppa)
    entangled_.insert(members.begin(), members.end());
  tests_ = run.memory->tests_of_archive;
  usable_ = !out.fatal && propagation_.has_value();
  if (usable_) remember(out, trace);
  return out;
}

void Docket::remember(const Judgement& judgement, const JudgeTrace& trace) {
  wanted_by_ = owners_of(judgement.wanted.size(), 0, trace.wanted_end);
  said_by_ = owners_of(judgement.messages.size(), said_by_.size(), trace.messages_end);
  of_package_.clear();
  of_tested_.clear();
  Positions position_of(order_.size());
  for (std::uint32_t position = 0; position < order_.size(); ++position) {
    of_package_[judgement.excuses[position].item.package.value].push_back(position);
    position_of[order_[position]] = position;
  }
  for (const auto& [source, item] : trace.tested) {
    auto& positions = of_tested_[source.value];
    if (positions.empty() || positions.back() != position_of[item])
      positions.push_back(position_of[item]);
  }
}

// Items of a source, or of the sources that build a binary, of that name.
void Docket::add_positions(const World& world, std::string_view name,
                           std::set<std::uint32_t>& to) const {
  const auto& snapshot = world.snapshot;
  if (name.starts_with("src:")) name.remove_prefix(4);
  const auto id = snapshot.symbols.find_name(name);
  if (!id.valid()) return;
  const auto add = [&](NameId source) {
    if (const auto at = of_package_.find(source.value); at != of_package_.end())
      to.insert(at->second.begin(), at->second.end());
  };
  add(id);
  for (std::size_t arch = 0; arch < snapshot.archs.size(); ++arch)
    for (const auto package : snapshot.packages_named(static_cast<ArchIndex>(arch), id))
      add(snapshot.record(static_cast<ArchIndex>(arch), package).source);
}

// Items that a changed result may concern: all that have tests of its source, but those to which it
// tells nothing, because it is another item's, the baseline stays, and they have not failed, which
// would make them ask whether the source ever passed (4.6.7). A huge item is judged for itself
// alone.
void Docket::add_concerned(const World& world, const Facts& facts, const TestKey& key,
                           const Judgement& judgement, std::set<std::uint32_t>& to) const {
  const auto at = of_tested_.find(world.snapshot.symbols.find_name(key.source).value);
  if (at == of_tested_.end()) return;
  const auto& results = facts.tests.results;
  const bool same_baseline = key.trigger != kReferenceTrigger &&
                             (world.settings.adt.baseline_by_reference ||
                              plain_baseline(judgement.tests, key) == plain_baseline(results, key));
  for (const auto position : at->second) {
    const auto own = own_trigger(world, judgement.excuses[position]);
    if (own != key.trigger && same_baseline && !has_failed(results.find(own, key.source, key.arch)))
      continue;
    to.insert(position);
  }
}

Docket::Positions Docket::positions_of(const World& world, const Facts& facts,
                                       const Touched& touched, const Judgement& judgement) const {
  std::set<std::uint32_t> found;
  for (const auto& name : touched.names) add_positions(world, name, found);
  const auto add_tested = [&](std::string_view name) {
    const auto id = world.snapshot.symbols.find_name(name);
    if (const auto at = of_tested_.find(id.value); at != of_tested_.end())
      found.insert(at->second.begin(), at->second.end());
  };
  for (const auto& name : touched.tested) add_tested(name);
  for (const auto& key : touched.results) add_concerned(world, facts, key, judgement, found);
  for (const auto& key : touched.pending) {
    if (key.trigger == kReferenceTrigger)
      add_tested(key.source);
    else
      add_positions(world, source_of_trigger(key.trigger), found);
  }
  return Positions(found.begin(), found.end());
}

// Removals are made by another part of the finder, and what holds a kernel or the members of a PPA
// together needs all of them.
bool Docket::stands_alone(const World& world, const Excuse& excuse) const {
  const bool kernel = world.snapshot.text(excuse.item.package).starts_with("linux");
  return !excuse.item.is_removal() && !kernel && !entangled_.contains(excuse.uvname);
}

// Judges the items at the positions, in the order of judging; false if one is not what it was.
bool Docket::judge_again(PolicyRun& run, const Positions& positions,
                         const Judgement& before) const {
  auto ordered = positions;
  std::ranges::sort(ordered, {}, [&](std::uint32_t position) { return order_[position]; });
  const auto finder = finder_of(run.world);
  const auto policies = policies_of(run.world.settings);
  for (const auto position : ordered) {
    const auto& old = before.excuses[position];
    const auto count = run.out.excuses.size();
    find_again(run, finder, policies, old.item);
    if (run.out.excuses.size() != count + 1) return false;
    const auto& made = run.out.excuses.back();
    if (made.uvname != old.uvname || made.packages != old.packages) return false;
  }
  return !run.out.fatal && memory_of(run).members_of_ppa.empty();
}

// Requests of these items that nobody made yet are open again.
void Docket::withdraw(const Facts& facts, const Positions& positions, Judgement& judgement) {
  Positions owners;
  for (const auto position : positions) owners.push_back(order_[position] + 1);
  std::ranges::sort(owners);
  take_out(judgement.wanted, wanted_by_, owners, [&](const adt::TestRequest& request) {
    if (!facts.tests.pending.has(request.triggers.front(), request.source, request.arch))
      judgement.pending.remove(request.triggers.front(), request.source, request.arch);
  });
  take_out(judgement.messages, said_by_, owners, [](const std::string&) {});
}

// Puts what was made anew to the rest.
void Docket::adopt(const JudgeTrace& trace, const Positions& positions, Judgement made,
                   Judgement& judgement) {
  auto numbers = positions;
  for (auto& number : numbers) number = order_[number];
  std::ranges::sort(numbers);
  const auto append = [&](auto& from, auto& to, auto& owners, const auto& ends) {
    for (const auto i : owners_of(from.size(), 0, ends)) owners.push_back(numbers[i - 1] + 1);
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    sort_by_owner(to, owners);
  };
  append(made.wanted, judgement.wanted, wanted_by_, trace.wanted_end);
  append(made.messages, judgement.messages, said_by_, trace.messages_end);
  for (auto& [source, seen] : made.first_seen)
    judgement.first_seen.insert_or_assign(source, std::move(seen));
  for (const auto& excuse : made.excuses) judgement.source_ppas.erase(excuse.uvname);
  judgement.source_ppas.merge(made.source_ppas);
  for (auto& excuse : made.excuses) {
    const auto at = find_excuse(judgement.excuses, excuse.uvname);
    judgement.excuses[at] = std::move(excuse);
  }
}

void Docket::forget_wanted(std::span<const adt::TestRequest> sent, Judgement& judgement) {
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> keys;
  for (const auto& each : sent) keys.emplace(each.triggers.front(), each.source, each.arch);
  auto& wanted = judgement.wanted;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (keys.contains({wanted[i].triggers.front(), wanted[i].source, wanted[i].arch})) continue;
    if (kept != i) wanted[kept] = std::move(wanted[i]);
    if (usable_) wanted_by_[kept] = wanted_by_[i];
    ++kept;
  }
  wanted.resize(kept);
  if (usable_) wanted_by_.resize(kept);
}

bool Docket::update(const World& world, const Facts& facts, const Touched& touched,
                    Judgement& judgement) {
  if (!usable_ || touched.everything) return false;
  const auto positions = positions_of(world, facts, touched, judgement);
  const auto is_reference = [](const adt::TestRequest& request) {
    return request.triggers.front() == kReferenceTrigger;
  };
  // Who asks first for a reference run asks for all.
  if (!std::ranges::all_of(positions,
                           [&](auto i) { return stands_alone(world, judgement.excuses[i]); }) ||
      std::ranges::any_of(judgement.wanted, is_reference))
    return false;
  usable_ = false;  // until all is well again
  withdraw(facts, positions, judgement);
  take_pending(facts, touched, judgement.pending);
  Judgement made;
  made.tests = std::move(judgement.tests);
  made.pending = std::move(judgement.pending);
  JudgeTrace trace;
  PolicyRun run{.world = world, .facts = facts, .out = made};
  run.scope = JudgeScope::some_items;
  run.trace = &trace;
  memory_of(run).tests_of_archive = tests_;
  begin_policies(run);
  if (memory_of(run).tests)
    for (const auto& key : touched.results) memory_of(run).tests->take_over(key);
  if (!judge_again(run, positions, judgement)) return false;
  judgement.tests = std::move(made.tests);
  judgement.pending = std::move(made.pending);
  propagation_->forget(judgement.excuses, positions);
  adopt(trace, positions, std::move(made), judgement);
  HintPointers pointers(world.hints);
  for (std::uint32_t i = 0; i < judgement.excuses.size(); ++i)
    if (!std::ranges::binary_search(positions, i)) pointers.renew(judgement.excuses[i]);
  for (const auto i : propagation_->propagate_again(world, judgement.excuses, positions))
    settle(judgement.excuses[i]);
  collect_candidates(judgement);
  judged_ = positions.size();
  usable_ = true;
  return true;
}

}  // namespace sluice::migrate
