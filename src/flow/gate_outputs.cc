#include "flow/gate_outputs.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "codec/compress.h"
#include "migrate/rejection_reasons.h"
#include "migrate/reports.h"
#include "solve/proof.h"

namespace sluice::flow {

using migrate::Item;

// Writes one output; `line` is what the log says before.
GateOutputs::Done GateOutputs::put(const std::string& path, std::string_view bytes,
                                   std::string_view line) {
  if (!line.empty()) log_.info(line);
  if (auto done = files_.replace(path, bytes); !done)
    return base::with_context(std::move(done), "writing " + path);
  written_.push_back(path);
  return {};
}

GateOutputs::Done GateOutputs::write_noninst(const migrate::TargetState& target,
                                             base::Instant now) {
  return put(config_.paths.noninst_status, migrate::noninst_status(target, now), "");
}

GateOutputs::Done GateOutputs::write_excuses_html(std::span<const migrate::Excuse> excuses,
                                                  const migrate::World& world, base::Instant now) {
  const auto& path = config_.paths.excuses_output;
  return put(path, migrate::excuses_html(excuses, world, now), "> Writing Excuses to " + path);
}

GateOutputs::Done GateOutputs::write_excuses_yaml(std::span<const migrate::Excuse> excuses,
                                                  const migrate::World& world, base::Instant now) {
  const auto& path = config_.paths.excuses_yaml_output;
  if (path.empty()) return {};
  const bool debian = world.settings.rules == migrate::RuleSet::debian;
  const auto how = debian ? codec::Compression::none : codec::compression_of_name(path);
  return put(path, codec::compress(migrate::excuses_yaml(excuses, world, now), how),
             "> Writing YAML Excuses to " + path);
}

GateOutputs::Done GateOutputs::write_upgrade_output(std::string_view text) {
  const auto& path = config_.paths.upgrade_output;
  return path.empty() ? Done{} : put(path, text, "");
}

GateOutputs::Done GateOutputs::write_heidi(std::string_view result, std::string_view delta) {
  if (!wants_heidi()) return {};
  const auto& paths = config_.paths;
  if (auto done = put(paths.heidi_output, result, "Writing Heidi results to " + paths.heidi_output);
      !done)
    return done;
  return put(paths.heidi_delta_output, delta, "Writing delta to " + paths.heidi_delta_output);
}

std::vector<std::string> GateOutputs::take_written() { return std::exchange(written_, {}); }

void check_counters(const migrate::World& world, const migrate::TargetState& target) {
  const auto& snapshot = world.snapshot;
  if (world.settings.check_consistency_level < 1) return;
  for (deb::ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch) {
    if (world.settings.break_archs.contains(snapshot.arch_name(arch))) continue;
    std::vector<deb::PackageIndex> present;
    for (const auto name : target.binary_names_unsorted(arch))
      present.push_back(target.binary(arch, name));
    base::check(solve::is_proved(*world.installability[arch], *world.universes[arch], present),
                "I2: counters kept up to date are those of the target as it is");
  }
}

void count_excuses(std::span<const migrate::Excuse> excuses, BatchSummary& summary) {
  summary.newer_sources = summary.excuses = summary.candidates = 0;
  summary.rejected_by_reason.clear();
  for (const auto& excuse : excuses) {
    ++summary.excuses;
    if (excuse.item.kind == migrate::ItemKind::source) ++summary.newer_sources;
    if (excuse.valid) {
      ++summary.candidates;
      continue;
    }
    for (const auto& reason : migrate::rejection_reasons(excuse))
      ++summary.rejected_by_reason[reason];
  }
}

void count_run(const migrate::RunResult& result, const std::vector<migrate::Nuninst>& after,
               const deb::Snapshot& snapshot, BatchSummary& summary) {
  const auto names = [&](const std::vector<Item>& items) {
    std::vector<std::string> texts;
    for (const auto& item : items) texts.push_back(migrate::uvname(item, snapshot));
    return texts;
  };
  summary.accepted = static_cast<std::int64_t>(result.accepted.size());
  summary.not_accepted.clear();
  for (const auto& item : result.leftover)
    if (item.kind != migrate::ItemKind::cruft_removal)
      summary.not_accepted.push_back(migrate::uvname(item, snapshot));
  std::ranges::sort(summary.not_accepted);
  summary.groups.clear();
  for (const auto& component : result.components) summary.groups.push_back(names(component));
  for (deb::ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch)
    summary.uninstallable[std::string(snapshot.arch_name(arch))] = {
        static_cast<std::int64_t>(result.nuninst_at_start[arch].counted.size()),
        static_cast<std::int64_t>(after[arch].counted.size())};
}

}  // namespace sluice::flow
