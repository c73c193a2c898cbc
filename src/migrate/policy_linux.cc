// A kernel waits until its meta package is a candidate, so that users get both. Source: migration
// 4.5.12.
#include "migrate/policy_list.h"
#include "migrate/policy_memory.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

constexpr std::string_view kMetaSource = "linux-meta";

Finding not_candidate(std::string_view meta) {
  Finding finding;
  finding.kind = FindingKind::meta_not_candidate;
  finding.policy = PolicyId::linux_meta;
  finding.verdict = Verdict::rejected_waiting_for_another_item;
  finding.words = {std::string(meta)};
  return finding;
}

// Kernels that were judged before this meta package.
void hold_kernels(PolicyRun& run, std::string_view meta) {
  auto& memory = memory_of(run);
  const auto waiting = memory.kernels_of_meta.find(meta);
  if (waiting == memory.kernels_of_meta.end()) return;
  for (const auto& kernel : waiting->second) {
    memory.rejected[kernel] = true;
    run.invalidations.push_back({kernel, not_candidate(meta), "linux-meta-not-ready"});
  }
}

}  // namespace

Verdict linux_on_source(PolicyRun& run, Excuse& excuse) {
  const auto source = package_of(run.world, excuse);
  if (!source.starts_with("linux")) return Verdict::not_applicable;
  if (source.starts_with(kMetaSource)) {
    if (is_rejected(excuse.tentative_verdict())) hold_kernels(run, source);
    return Verdict::pass;
  }
  auto& memory = memory_of(run);
  const auto meta = kernel_meta_of(source);
  const auto judged = memory.rejected.find(meta);
  if (judged == memory.rejected.end()) {
    memory.kernels_of_meta[meta].push_back(excuse.uvname);
    return Verdict::pass;
  }
  if (!judged->second) return Verdict::pass;
  excuse.findings.push_back(not_candidate(meta));
  return Verdict::rejected_waiting_for_another_item;
}

}  // namespace sluice::migrate
