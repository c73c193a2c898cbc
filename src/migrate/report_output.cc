#include "migrate/report_output.h"

#include <fmt/format.h>

#include <map>

#include "base/text.h"

namespace sluice::migrate {
namespace {

using base::Level;

class Lines {
 public:
  Lines(const World& world, base::Instant now) : world_(world), now_(now) {}

  std::vector<OutputLine> of(const RunEvent& event) {
    break_archs_ = &event.break_archs;
    render(event);
    return std::move(lines_);
  }

 private:
  void add(std::string text, Level level = Level::info) {
    lines_.push_back({level, std::move(text)});
  }

  std::string names(const std::vector<Item>& items, std::string_view separator) const {
    std::vector<std::string> texts;
    for (const auto& item : items) texts.push_back(uvname(item, world_.snapshot));
    return base::join(texts, separator);
  }
  std::string counters(const Counters& c) const { return counters_text(c, world_, *break_archs_); }
  std::string arch(ArchIndex index) const { return std::string(world_.snapshot.arch_name(index)); }

  std::string table_line(const Regression& regression) const {
    std::vector<std::string_view> texts;
    for (const auto name : regression.broken) texts.push_back(world_.snapshot.text(name));
    return "    * " + arch(regression.arch) + ": " + base::join(texts, ", ");
  }
  void table(const std::vector<Regression>& all, Level level = Level::info) {
    for (const auto& regression : all) add(table_line(regression), level);
  }
  // Ours: only --coinst has it.
  std::string pair_line(const BrokenPair& pair) const {
    const auto& chain = pair.chain;
    std::vector<std::string> why;
    for (const auto& step : chain.steps)
      if (step.kind == solve::FactKind::excludes)
        why.push_back(sentence_of(step, world_.target().name));
    return fmt::format("    * {}: {} and {} not together any more: {}", chain.arch, chain.binary,
                       chain.with, base::join(std::span<const std::string>(why), "; "));
  }
  static std::string exception(const std::string& text) {
    return "    got exception: MigrationConstraintException('" + text + "')";
  }

  void accepted(const RunEvent& e) {
    add("accepted: " + names(e.items, " "));
    add("   ori: " + counters(e.start));
    add("   pre: " + counters(e.before));
    add("   now: " + counters(e.now));
    if (!e.new_cruft.empty()) add("   added new cruft items to list: " + names(e.new_cruft, " "));
    const auto tail = names(e.selected_tail, " ");
    add(e.count <= e.selected_tail.size() ? "   all: " + tail
                                          : fmt::format("  most: ({}) .. {}", e.count, tail));
  }

  void skipped(const RunEvent& e) {
    add(fmt::format("skipped: {} ({}, {}, {})", names(e.items, " "), e.rescheduled, e.maybe,
                    e.worklist));
    if (e.constraint) {
      add(exception(e.constraint->text));
      return;
    }
    add("    got: " + counters(e.now));
    table(e.broken);
    if (e.pair) add(pair_line(*e.pair));
  }

  void finish(const RunEvent& e) {
    add(" finish: [" + names(e.items, ",") + "]");
    add("endloop: " + counters(e.start));
    add("    now: " + counters(e.now));
    table(e.broken);
    add("");
  }

  void success(const RunEvent& e) {
    add("final: " + names(e.items, ","));
    add("start: " + counters(e.start));
    add(" orig: " + counters(e.before));
    add("  end: " + counters(e.now));
    if (e.forced && !e.broken.empty()) {
      add("force breaks:", Level::warning);
      table(e.broken, Level::warning);
    } else if (e.forced) {
      add("force did not break any packages");
    }
    add(fmt::format("SUCCESS ({}/{})", e.total, e.count));
  }

  void trying_hint(const RunEvent& e) {
    std::vector<std::string> texts;
    for (const auto& item : e.hint->items)
      texts.push_back(item.uvname(world_.snapshot) + "/" + item.version);
    add("Trying " + std::string(text_of(e.hint->type)) + " from " + e.hint->user + ": " +
        base::join(texts, " "));
  }

  void library_list(std::string head, const RunEvent& e) {
    add(std::move(head));
    for (auto& line : old_library_lines(e.items, world_)) add(std::move(line));
  }

  void render(const RunEvent& e);

  const World& world_;
  base::Instant now_;
  const ArchNames* break_archs_ = nullptr;
  std::vector<OutputLine> lines_;
};

void Lines::render(const RunEvent& e) {
  using enum RunEventKind;
  switch (e.kind) {
    case generated: return add("Generated on: " + base::stamp_of(now_));
    case arch_order:
      return add("Arch order is: " + base::join(world_.settings.architectures, ", "));
    case trying_hint: return this->trying_hint(e);
    case hint_unusable: return add(base::join(e.texts, ", ") + ": Not using hint", Level::warning);
    case not_a_candidate:
      return add(
          "failed: " + e.texts.front() + " is not a valid candidate (or it already migrated)",
          Level::warning);
    case section: return add("info: " + e.texts.front());
    case start: add("start: " + counters(e.start)); return add("orig: " + counters(e.before));
    case recur: return add(fmt::format("recur: [] {} {}/0", names(e.items, ","), e.count));
    case not_added:
      add("not adding package to list: " + names(e.items, " "));
      return add(exception(e.texts.front()));
    case trying: return add("trying: " + names(e.items, " "));
    case accepted: return this->accepted(e);
    case skipped: return this->skipped(e);
    case splitting: return add("    - splitting the component into single items and retrying them");
    case cruft_not_added:
      return add("    got exception adding cruft item " + names(e.items, " ") +
                 " to list: MigrationConstraintException('" + e.texts.front() + "')");
    case finish: return this->finish(e);
    case hint_cruft_added:
      return add("Change added new cruft items to list: " + names(e.items, " "));
    case hint_cruft_check: return add("Checking if changes enables cruft removal");
    case hint_cruft_removed:
      return add(fmt::format("Removed {} of {} cruft item(s) after the changes", e.count, e.total));
    case easy_result: add("easy: " + counters(e.now)); return table(e.broken);
    case success: return this->success(e);
    case failed:
      if (e.pair) add(pair_line(*e.pair));
      add("FAILED");
      return add("");
    case end_of_step: return add("");
    case hints_left_out: return add("Skipping remaining hints...");
    case auto_hinter_skipped: return;  // the peers say it in the log alone
    case obsolete_sources:
      return add(
          fmt::format("Removing obsolete source packages from the target suite ({}):", e.count));
    case removing_left_over:
      return library_list(
          "Removing packages left in the target suite (e.g. smooth updates or cruft)", e);
    case old_libraries:
      return library_list(
          fmt::format("List of old libraries in the target suite ({}):", e.items.size()), e);
    case newly_uninstallable:
      add("");
      add("Newly uninstallable packages in the target suite:");
      return table(e.broken, Level::warning);
  }
}

}  // namespace

std::string counters_text(const Counters& counters, const World& world,
                          const ArchNames& break_archs) {
  std::size_t normal = 0;
  std::size_t breaking = 0;
  std::string parts;
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const auto name = world.snapshot.arch_name(static_cast<ArchIndex>(i));
    (break_archs.contains(name) ? breaking : normal) += counters[i];
    parts += fmt::format("{}{}-{}", parts.empty() ? "" : ":", name.substr(0, 1), counters[i]);
  }
  return fmt::format("{}+{}: {}", normal, breaking, parts);
}

std::vector<std::string> old_library_lines(const std::vector<Item>& items, const World& world) {
  std::map<std::string, std::string> archs_of_name;
  for (const auto& item : items) {
    auto& archs = archs_of_name[std::string(world.snapshot.text(item.package))];
    (archs += ' ') += world.snapshot.arch_name(item.arch);
  }
  std::vector<std::string> lines;
  for (const auto& [name, archs] : archs_of_name) lines.push_back(" " + name + ":" + archs);
  return lines;
}

std::vector<OutputLine> output_lines(const RunEvent& event, const World& world, base::Instant now) {
  return Lines(world, now).of(event);
}

}  // namespace sluice::migrate
