#include <algorithm>
#include <ranges>
#include <utility>

#include "migrate/order.h"
#include "migrate/run.h"

namespace sluice::migrate {
namespace {

constexpr std::size_t kTailItems = 20;  // how many selected items an acceptance line shows

}  // namespace

// Everything that one run of the main loop remembers.
struct Run::Loop {
  std::vector<Item>& selected;
  const Names& start;
  Nesting nesting;
  Names accepted;                               // at the last acceptance
  std::vector<std::uint64_t> stamps;            // of the target then; 0: unknown
  std::vector<GroupRef> scheduled;              // for the next round
  std::vector<GroupRef> failed;                 // since the last acceptance
  std::vector<std::vector<GroupRef>> worklist;  // the next component is the last
};

// What the item would move; null: it cannot be tried at all, which was said if `complaint` is
// given.
GroupRef Run::group_for(const Item& item, std::optional<RunEventKind> complaint) {
  if (memory_ != nullptr)
    if (auto known = memory_->group_at_start(item)) return known;
  auto group = group_of(world_, item, SmoothUpdates::allow, {});
  if (!group) {
    if (!complaint) return nullptr;
    auto made = event(*complaint);
    made.items = {item};
    made.texts = {group.error().text};
    emit(made);
    return nullptr;
  }
  auto made = std::make_shared<const Group>(std::move(*group));
  if (memory_ != nullptr) memory_->note_group(item, made);
  return made;
}

void Run::prepare(Loop& loop, const std::vector<Item>& items) {
  std::vector<Item> refused;
  loop.scheduled.reserve(items.size());
  for (const auto& item : items) {
    if (auto group = group_for(item, std::nullopt)) {
      loop.scheduled.push_back(std::move(group));
    } else {
      refused.push_back(item);
    }
  }
  for (const auto& item : sorted_by_uvname(refused, world_.snapshot))
    (void)group_for(item, RunEventKind::not_added);
}

// Orders what is scheduled into components; the first one to try is the last of the worklist.
void Run::schedule(Loop& loop) {
  const auto groups = std::exchange(loop.scheduled, {});
  auto* known = memory_ != nullptr ? memory_->order_at_start() : nullptr;
  const auto ordered =
      known != nullptr ? order_of(world_, groups, *known) : order_of(world_, groups);
  loop.worklist.reserve(ordered.size());
  for (const auto& component : ordered | std::views::reverse) {
    auto& members = loop.worklist.emplace_back();
    for (const auto position : component) members.push_back(groups[position]);
  }
}

void Run::on_accepted(Loop& loop, const Component& component, const Attempt& attempt) {
  const auto& items = component.items;
  loop.selected.insert(loop.selected.end(), items.begin(), items.end());
  if (loop.nesting == Nesting::none) {
    target_.keep();
    if (items.size() > 1) result_.components.push_back(items);
  }
  const auto before = listener_ ? counters_of(loop.accepted) : Counters{};
  // Hardly any acceptance changes them, and looking costs less than copying.
  for (ArchIndex arch = 0; arch < loop.accepted.size(); ++arch) {
    const auto stamp = target_.nuninst_stamp(arch);
    if (std::exchange(loop.stamps[arch], stamp) == stamp) continue;
    if (loop.accepted[arch] != target_.nuninst(arch)) loop.accepted[arch] = target_.nuninst(arch);
  }
  if (listener_) tell_accepted(loop, component, attempt, before);
  for (const auto& cruft : attempt.new_cruft)
    if (auto group = group_for(cruft, RunEventKind::cruft_not_added))
      loop.worklist.push_back({std::move(group)});
  loop.scheduled.insert(loop.scheduled.end(), loop.failed.begin(), loop.failed.end());
  loop.failed.clear();
}

void Run::tell_accepted(const Loop& loop, const Component& component, const Attempt& attempt,
                        const Counters& before) {
  auto made = event(RunEventKind::accepted);
  made.items = component.items;
  made.start = counters_of(loop.start);
  made.before = before;
  made.now = counters_of(loop.accepted);
  made.new_cruft = attempt.new_cruft;
  made.count = loop.selected.size();
  const auto tail = std::min(kTailItems, loop.selected.size());
  made.selected_tail.assign(loop.selected.end() - static_cast<std::ptrdiff_t>(tail),
                            loop.selected.end());
  emit(made);
}

void Run::tell_skipped(const Loop& loop, const Component& component, const Attempt& attempt) {
  auto made = event(RunEventKind::skipped);
  made.items = component.items;
  made.rescheduled = loop.scheduled.size();
  made.maybe = loop.failed.size();
  made.worklist = loop.worklist.size();
  made.constraint = attempt.constraint;
  made.now = counters_of(loop.accepted);
  for (ArchIndex arch = 0; arch < made.now.size(); ++arch)
    made.now[arch] += static_cast<std::size_t>(attempt.growth[arch]);
  made.pair = attempt.pair;
  if (attempt.regression) made.broken = {*attempt.regression};
  emit(made);
  if (component.items.size() > 1) emit(event(RunEventKind::splitting));
}

void Run::on_skipped(Loop& loop, const Component& component, const Attempt& attempt) {
  if (listener_) tell_skipped(loop, component, attempt);
  if (component.groups.size() == 1) {
    loop.failed.push_back(component.groups.front());
    return;
  }
  for (const auto& group : component.groups) loop.worklist.push_back({group});
}

void Run::try_component(Loop& loop, const Component& component) {
  if (listener_) {
    auto trying = event(RunEventKind::trying);
    trying.items = component.items;
    emit(trying);
  }
  const auto* known = memory_ != nullptr ? memory_->repeat(component.items, break_archs_) : nullptr;
  if (known == nullptr) return try_anew(loop, component);
  if (known->accepted) {
    on_accepted(loop, component, *known);
  } else {
    on_skipped(loop, component, *known);
  }
}

// Where the recorded run is told, its installability is asked, which costs less than a trial.
bool Run::try_landed(Loop& loop, const Component& component) {
  if (memory_ == nullptr || !memory_->can_land()) return false;
  const auto mark = target_.mark();
  const auto attempt = trial_.attempt_landed(component.items, loop.accepted, break_archs_,
                                             [&] { return memory_->land(mark); });
  TargetChanges changes;
  if (attempt && attempt->accepted) {
    changes = target_.changes_since(mark);
    on_accepted(loop, component, *attempt);
  } else {
    if (attempt) on_skipped(loop, component, *attempt);
    target_.roll_back_tables(mark);
  }
  if (attempt) memory_->after_trial(component.items, break_archs_, *attempt, std::move(changes));
  return attempt.has_value();
}

void Run::try_anew(Loop& loop, const Component& component) {
  if (try_landed(loop, component)) return;
  if (memory_ != nullptr) memory_->before_trial(component.items);
  const auto mark = target_.mark();
  const auto attempt = trial_.attempt(component.items, loop.accepted,
                                      Judging::stop_at_first_regression, break_archs_);
  TargetChanges changes;
  if (attempt.accepted) {
    if (memory_ != nullptr) changes = target_.changes_since(mark);
    on_accepted(loop, component, attempt);
  } else {
    on_skipped(loop, component, attempt);
    target_.rollback(mark);
  }
  if (memory_ != nullptr)
    memory_->after_trial(component.items, break_archs_, attempt, std::move(changes));
}

Run::Iteration Run::iterate(std::vector<Item> items, std::vector<Item>& selected,
                            const Names& start, Nesting nesting) {
  Loop loop{selected, start, nesting, start, std::vector<std::uint64_t>(start.size()), {}, {}, {}};
  prepare(loop, items);
  auto recur = event(RunEventKind::recur);
  recur.items = selected;
  recur.count = items.size();
  emit(recur);
  while (!loop.scheduled.empty()) {
    schedule(loop);
    while (!loop.worklist.empty()) {
      Component next{{}, std::move(loop.worklist.back())};
      loop.worklist.pop_back();
      for (const auto& group : next.groups) next.items.push_back(group->item);
      try_component(loop, next);
    }
  }
  auto finish = event(RunEventKind::finish);
  finish.items = selected;
  finish.start = counters_of(nuninst_);
  finish.now = counters_of(loop.accepted);
  finish.broken = newly_broken_since(nuninst_);
  emit(finish);
  std::vector<Item> leftover;
  for (const auto& group : loop.failed) leftover.push_back(group->item);
  return {std::move(leftover), std::move(loop.accepted)};
}

}  // namespace sluice::migrate
