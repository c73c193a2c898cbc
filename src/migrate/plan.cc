#include "migrate/plan.h"

#include <algorithm>

#include "base/check.h"
#include "deb/version.h"
#include "migrate/autohint.h"
#include "migrate/old_libraries.h"
#include "migrate/run.h"

namespace sluice::migrate {
namespace {

constexpr std::size_t kHintsMax = 50;  // migration 7.4: only the first 50 `hint` hints are tried

bool plan_contains(const std::vector<Item>& items, const Item& item) {
  return std::ranges::find(items, item) != items.end();
}

}  // namespace

Run::Run(const World& world, TargetState& target, const RunRequest& request,
         const RunListener& listener, RunMemory* memory)
    : world_(world),
      target_(target),
      request_(request),
      listener_(listener),
      memory_(memory),
      tolerance_(tolerance_of(world, request.must_stay)),
      trial_(world, target, tolerance_),
      break_archs_(world.settings.break_archs),
      candidates_(request.candidates),
      nuninst_(target.nuninst()) {
  candidates_.insert(candidates_.end(), request.cruft.begin(), request.cruft.end());
  result_.nuninst_at_start = nuninst_;
}

std::vector<Regression> Run::newly_broken_since(const Names& before) const {
  std::vector<Regression> all;
  for (ArchIndex arch = 0; arch < target_.arch_count(); ++arch)
    if (auto names = trial_.newly_broken(arch, before); !names.empty())
      all.push_back({arch, std::move(names)});
  return all;
}

void Run::emit_start() {
  auto made = event(RunEventKind::start);
  made.start = made.before = counters_of(nuninst_);
  emit(made);
}

// A step whose items all belong to break architectures may not make those worse either.
ArchNames Run::break_archs_for(const std::vector<Item>& selected) const {
  const bool only_break = std::ranges::all_of(selected, [&](const Item& item) {
    return item.has_arch() && break_archs_.contains(world_.snapshot.arch_name(item.arch));
  });
  return only_break && !final_cleanup_ ? ArchNames{} : break_archs_;
}

void Run::succeed(const std::vector<Item>& selected, const Iteration& end, std::size_t total,
                  std::size_t left, bool forced) {
  if (listener_) {
    auto made = event(RunEventKind::success);
    made.items = sorted_by_uvname(selected, world_.snapshot);
    made.start = made.before = counters_of(nuninst_);
    made.now = counters_of(end.nuninst);
    made.total = total;
    made.count = left;
    made.forced = forced;
    if (forced) made.broken = newly_broken_since(nuninst_);
    emit(made);
  }
  nuninst_ = end.nuninst;
  result_.accepted.insert(result_.accepted.end(), selected.begin(), selected.end());
}

// The main loop on `items` without an outer transaction: what was accepted stays.
void Run::run_step(const std::vector<Item>& items, std::optional<std::size_t> total) {
  emit_start();
  std::vector<Item> selected;
  const auto start = nuninst_;
  auto end = iterate(items, selected, start, Nesting::none);
  base::check(trial_.as_good_generous(start, break_archs_for(selected)),
              "I2: accepted attempts do not make the whole worse");
  succeed(selected, end, items.size(), end.leftover.size(), false);
  if (!total) candidates_ = std::move(end.leftover);
  emit(event(RunEventKind::end_of_step));
}

bool Run::usable(const Hint& hint) {
  auto complaint = event(RunEventKind::hint_unusable);
  complaint.hint = &hint;
  for (const auto& item : hint.items) {
    if (item.removal) continue;
    const auto& suite = world_.suite(item.suite);
    const auto* source = suite.source(world_.snapshot.symbols.find_name(item.package));
    if (source == nullptr) {
      complaint.texts.push_back("Source " + item.package + " has no version in " + suite.name);
      continue;
    }
    const auto version = world_.snapshot.text(source->version);
    if (deb::compare_versions(version, item.version) != 0)
      complaint.texts.push_back("Version mismatch, " + item.package + " " + std::string(version) +
                                " != " + item.version);
  }
  if (!complaint.texts.empty()) emit(complaint);
  return complaint.texts.empty();
}

// The candidates that the hint names, in its order; they leave the list. Nothing if one is missing.
std::optional<std::vector<Item>> Run::take_candidates(const Hint& hint) {
  std::vector<Item> taken;
  auto left = candidates_;
  for (const auto& name : hint.items) {
    const auto at = std::ranges::find_if(
        left, [&](const Item& item) { return matches(name, item, world_.snapshot); });
    if (at == left.end()) {
      auto made = event(RunEventKind::not_a_candidate);
      made.texts = {name.uvname(world_.snapshot)};
      emit(made);
      return std::nullopt;
    }
    taken.push_back(*at);
    left.erase(at);
  }
  return taken;
}

// After an easy or forced hint, cruft that it freed may go (7.4).
Run::Iteration Run::clean_after_hint(std::vector<Item>& selected, std::vector<Item> new_cruft) {
  Iteration end{{}, target_.nuninst()};
  if (!new_cruft.empty()) {
    auto made = event(RunEventKind::hint_cruft_added);
    made.items = new_cruft;
    emit(made);
  }
  std::vector<Item> cruft = new_cruft;
  for (const auto& item : candidates_)
    if (item.kind == ItemKind::cruft_removal && !plan_contains(selected, item) &&
        !plan_contains(cruft, item))
      cruft.push_back(item);
  if (cruft.empty()) return end;
  emit(event(RunEventKind::hint_cruft_check));
  const auto before = end.nuninst;
  end = iterate(cruft, selected, before, Nesting::nested);
  auto removed = event(RunEventKind::hint_cruft_removed);
  removed.count = cruft.size() - end.leftover.size();
  removed.total = cruft.size();
  emit(removed);
  return end;
}

void Run::run_hint(const Hint& hint, std::vector<Item> items) {
  const bool forced = hint.type == HintType::force_hint;
  const bool recurses = hint.type == HintType::hint;
  emit_start();
  const auto mark = target_.mark();
  auto selected = std::move(items);
  auto attempt = trial_.attempt(selected, nuninst_, Judging::later, break_archs_);
  if (attempt.constraint) {
    target_.rollback(mark);
    auto skipped = event(RunEventKind::skipped);
    skipped.items = selected;
    skipped.constraint = attempt.constraint;
    emit(skipped);
    emit(event(RunEventKind::failed));
    return;
  }
  const auto total = candidates_.size();
  Iteration end;
  if (recurses) {
    std::vector<Item> rest;
    for (const auto& item : candidates_)
      if (!plan_contains(selected, item)) rest.push_back(item);
    rest.insert(rest.end(), attempt.new_cruft.begin(), attempt.new_cruft.end());
    const auto before = target_.nuninst();
    end = iterate(rest, selected, before, Nesting::nested);
  } else {
    end = clean_after_hint(selected, attempt.new_cruft);
    auto easy = event(RunEventKind::easy_result);
    easy.now = counters_of(end.nuninst);
    easy.forced = forced;
    if (!forced) easy.broken = newly_broken_since(nuninst_);
    emit(easy);
  }
  if (!forced) {
    const auto tolerated = break_archs_for(selected);
    auto failed = event(RunEventKind::failed);
    const bool as_good = trial_.as_good_generous(nuninst_, tolerated);
    if (as_good) failed.pair = trial_.broken_pair(mark, tolerated);
    if (!as_good || failed.pair) {
      emit(failed);
      target_.rollback(mark);
      return;
    }
  }
  succeed(selected, end, total, recurses ? end.leftover.size() : 0, forced);
  target_.keep();
  if (selected.size() > 1) result_.components.push_back(selected);
  for (const auto& cruft : attempt.new_cruft) candidates_.push_back(cruft);
  if (recurses) candidates_ = end.leftover;
  std::erase_if(candidates_, [&](const Item& item) { return plan_contains(selected, item); });
}

bool Run::process_hint(const Hint& hint) {
  auto made = event(RunEventKind::trying_hint);
  made.hint = &hint;
  emit(made);
  if (!usable(hint)) return false;
  if (auto items = take_candidates(hint)) run_hint(hint, std::move(*items));
  emit(event(RunEventKind::end_of_step));
  return true;
}

// Candidates that belong to no break architecture first, then each break architecture's own.
void Run::run_main() {
  std::vector<Item> normal;
  std::map<std::string, std::vector<Item>, std::less<>> of_break_arch;
  for (const auto& item : candidates_) {
    const auto arch = std::string(arch_text(item, world_.snapshot));
    (break_archs_.contains(arch) ? of_break_arch[arch] : normal).push_back(item);
  }
  const auto section = [&](std::string text, std::vector<Item> items) {
    auto made = event(RunEventKind::section);
    made.texts = {std::move(text)};
    emit(made);
    run_step(items, std::nullopt);
    return std::exchange(candidates_, {});
  };
  auto left = section("main run", normal);
  for (const auto& arch : world_.settings.architectures) {
    if (!world_.settings.break_archs.contains(arch)) continue;
    break_archs_.erase(arch);
    const auto rest = section("broken arch run for " + arch, of_break_arch[arch]);
    left.insert(left.end(), rest.begin(), rest.end());
    break_archs_.insert(arch);
  }
  candidates_ = std::move(left);
}

void Run::process_hints() {
  std::size_t tried = 0;
  for (const auto* hint : world_.hints.of_type(HintType::hint)) {
    if (tried == kHintsMax) {
      emit(event(RunEventKind::hints_left_out));
      break;
    }
    ++tried;
    (void)process_hint(*hint);
  }
}

// Sources of which nothing in the target is built any more.
void Run::remove_obsolete() {
  std::vector<Item> removals;
  for (std::uint32_t n = 0; n < world_.snapshot.symbols.name_count(); ++n)
    if (const auto* source = target_.source(NameId(n));
        source != nullptr && !target_.has_binary_of(NameId(n)))
      removals.push_back(
          {ItemKind::source_removal, source->name, source->version, deb::kTarget, 0});
  if (removals.empty()) return;
  std::ranges::sort(removals, {},
                    [&](const Item& item) { return world_.snapshot.text(item.package); });
  auto made = event(RunEventKind::obsolete_sources);
  made.count = removals.size();
  emit(made);
  run_step(removals, removals.size());
}

std::vector<Item> Run::old_libraries_of_run() const {
  if (memory_ != nullptr) return memory_->old_libraries(world_);
  return old_libraries_now(world_, [this](NameId name) { return target_.source(name); });
}

void Run::remove_old_libraries() {
  auto left = old_libraries_of_run();
  if (!left.empty()) {
    auto made = event(RunEventKind::removing_left_over);
    made.items = left;
    emit(made);
    final_cleanup_ = true;
    run_step(left, left.size());
    left = old_libraries_of_run();
  }
  auto made = event(RunEventKind::old_libraries);
  made.items = left;
  emit(made);
}

RunResult Run::run(std::span<const Excuse> excuses) {
  emit(event(RunEventKind::generated));
  emit(event(RunEventKind::arch_order));
  if (!request_.only_actions) {
    for (const auto type : {HintType::easy, HintType::force_hint})
      for (const auto* hint : world_.hints.of_type(type)) (void)process_hint(*hint);
  }
  run_main();
  if (!request_.only_actions) {
    process_hints();
    if (world_.settings.rules == RuleSet::debian) {
      for (const auto& hint : auto_hints(world_, excuses, candidates_)) (void)process_hint(hint);
    } else {
      emit(event(RunEventKind::auto_hinter_skipped));
    }
    if (world_.settings.remove_obsolete) remove_obsolete();
    remove_old_libraries();
  }
  auto made = event(RunEventKind::newly_uninstallable);
  if (listener_) made.broken = newly_broken_since(result_.nuninst_at_start);
  if (!made.broken.empty()) emit(made);
  result_.leftover = candidates_;
  return std::move(result_);
}

RunResult Run::run_one(const Hint& hint) {
  (void)process_hint(hint);
  auto made = event(RunEventKind::newly_uninstallable);
  made.broken = newly_broken_since(result_.nuninst_at_start);
  if (!made.broken.empty()) emit(made);
  result_.leftover = candidates_;
  return std::move(result_);
}

RunResult run_hint(const World& world, TargetState& target, const Hint& hint,
                   const RunRequest& request, const RunListener& listener) {
  base::check(world.now == &target, "a run reads the target that it changes");
  return Run(world, target, request, listener, nullptr).run_one(hint);
}

RunResult run_migration(const World& world, TargetState& target, std::span<const Excuse> excuses,
                        const RunRequest& request, const RunListener& listener, RunMemory* memory) {
  base::check(world.now == &target, "a run reads the target that it changes");
  return Run(world, target, request, listener, memory).run(excuses);
}

}  // namespace sluice::migrate
