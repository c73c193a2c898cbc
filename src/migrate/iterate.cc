#include <algorithm>

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
  Names accepted;  // at the last acceptance
  std::unordered_map<Item, GroupRef, ItemHash> groups;
  std::vector<Item> scheduled;              // for the next round
  std::vector<Item> failed;                 // since the last acceptance
  std::vector<std::vector<Item>> worklist;  // the next component is the last
};

bool Run::add_group(Loop& loop, const Item& item, RunEventKind complaint) {
  auto known = memory_ != nullptr ? memory_->group_at_start(item) : nullptr;
  if (known == nullptr) {
    if (auto group = group_of(world_, item, SmoothUpdates::allow, {})) {
      known = std::make_shared<const Group>(std::move(*group));
      if (memory_ != nullptr) memory_->note_group(item, known);
    } else {
      return complain(item, complaint, group.error());
    }
  }
  loop.groups.insert_or_assign(item, std::move(known));
  return true;
}

bool Run::complain(const Item& item, RunEventKind complaint, const Constraint& why) {
  auto made = event(complaint);
  made.items = {item};
  made.texts = {why.text};
  emit(made);
  return false;
}

void Run::prepare(Loop& loop, const std::vector<Item>& items) {
  std::vector<Item> refused;
  for (const auto& item : sorted_by_uvname(items, world_.snapshot))
    if (!add_group(loop, item, RunEventKind::not_added)) refused.push_back(item);
  for (const auto& item : items)
    if (std::ranges::find(refused, item) == refused.end()) loop.scheduled.push_back(item);
}

// Orders what is scheduled into components; the first one to try is the last of the worklist.
void Run::schedule(Loop& loop) {
  std::vector<GroupRef> groups;
  for (const auto& item : loop.scheduled) groups.push_back(loop.groups.at(item));
  loop.scheduled.clear();
  for (const auto& component : order_of(world_, groups)) {
    std::vector<Item> items;
    for (const auto position : component) items.push_back(groups[position]->item);
    loop.worklist.push_back(std::move(items));
  }
  std::ranges::reverse(loop.worklist);
}

void Run::on_accepted(Loop& loop, const std::vector<Item>& component, const Attempt& attempt) {
  loop.selected.insert(loop.selected.end(), component.begin(), component.end());
  if (loop.nesting == Nesting::none) {
    target_.keep();
    if (component.size() > 1) result_.components.push_back(component);
  }
  auto made = event(RunEventKind::accepted);
  made.items = component;
  made.start = counters_of(loop.start);
  made.before = counters_of(loop.accepted);
  // Hardly any acceptance changes them, and looking costs less than copying.
  for (ArchIndex arch = 0; arch < loop.accepted.size(); ++arch)
    if (loop.accepted[arch] != target_.nuninst(arch)) loop.accepted[arch] = target_.nuninst(arch);
  made.now = counters_of(loop.accepted);
  made.new_cruft = attempt.new_cruft;
  made.count = loop.selected.size();
  const auto tail = std::min(kTailItems, loop.selected.size());
  made.selected_tail.assign(loop.selected.end() - static_cast<std::ptrdiff_t>(tail),
                            loop.selected.end());
  emit(made);
  for (const auto& cruft : attempt.new_cruft)
    if (add_group(loop, cruft, RunEventKind::cruft_not_added)) loop.worklist.push_back({cruft});
  loop.scheduled.insert(loop.scheduled.end(), loop.failed.begin(), loop.failed.end());
  loop.failed.clear();
}

void Run::on_skipped(Loop& loop, const std::vector<Item>& component, const Attempt& attempt) {
  auto made = event(RunEventKind::skipped);
  made.items = component;
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
  if (component.size() == 1) {
    loop.failed.push_back(component.front());
    return;
  }
  emit(event(RunEventKind::splitting));
  for (const auto& item : component) loop.worklist.push_back({item});
}

void Run::try_component(Loop& loop, const std::vector<Item>& component) {
  auto trying = event(RunEventKind::trying);
  trying.items = component;
  emit(trying);
  const auto* known = memory_ != nullptr ? memory_->repeat(component, break_archs_) : nullptr;
  if (known == nullptr) return try_anew(loop, component);
  if (known->accepted) {
    on_accepted(loop, component, *known);
  } else {
    on_skipped(loop, component, *known);
  }
}

// Where the recorded run is told, its installability is asked, which costs less than a trial.
bool Run::try_landed(Loop& loop, const std::vector<Item>& component) {
  if (memory_ == nullptr || !memory_->can_land()) return false;
  const auto mark = target_.mark();
  const auto attempt = trial_.attempt_landed(component, loop.accepted, break_archs_,
                                             [&] { return memory_->land(mark); });
  TargetChanges changes;
  if (attempt && attempt->accepted) {
    changes = target_.changes_since(mark);
    on_accepted(loop, component, *attempt);
  } else {
    if (attempt) on_skipped(loop, component, *attempt);
    target_.roll_back_tables(mark);
  }
  if (attempt) memory_->after_trial(component, break_archs_, *attempt, std::move(changes));
  return attempt.has_value();
}

void Run::try_anew(Loop& loop, const std::vector<Item>& component) {
  if (try_landed(loop, component)) return;
  if (memory_ != nullptr) memory_->before_trial(component);
  const auto mark = target_.mark();
  const auto attempt =
      trial_.attempt(component, loop.accepted, Judging::stop_at_first_regression, break_archs_);
  TargetChanges changes;
  if (attempt.accepted) {
    if (memory_ != nullptr) changes = target_.changes_since(mark);
    on_accepted(loop, component, attempt);
  } else {
    on_skipped(loop, component, attempt);
    target_.rollback(mark);
  }
  if (memory_ != nullptr)
    memory_->after_trial(component, break_archs_, attempt, std::move(changes));
}

Run::Iteration Run::iterate(std::vector<Item> items, std::vector<Item>& selected,
                            const Names& start, Nesting nesting) {
  Loop loop{selected, start, nesting, start, {}, {}, {}, {}};
  prepare(loop, items);
  auto recur = event(RunEventKind::recur);
  recur.items = selected;
  recur.count = items.size();
  emit(recur);
  while (!loop.scheduled.empty()) {
    schedule(loop);
    while (!loop.worklist.empty()) {
      const auto component = std::move(loop.worklist.back());
      loop.worklist.pop_back();
      try_component(loop, component);
    }
  }
  auto finish = event(RunEventKind::finish);
  finish.items = selected;
  finish.start = counters_of(nuninst_);
  finish.now = counters_of(loop.accepted);
  finish.broken = newly_broken_since(nuninst_);
  emit(finish);
  return {std::move(loop.failed), std::move(loop.accepted)};
}

}  // namespace sluice::migrate
