// Were the binaries built on the archive's own builders? Source: migration 4.5.8.
#include "migrate/policy_list.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

const Signer* find_signer(const Facts& facts, std::string_view name, std::string_view version,
                          std::string_view arch) {
  const auto package = facts.signers.find(name);
  if (package == facts.signers.end()) return nullptr;
  const auto at = package->second.find(version);
  if (at == package->second.end()) return nullptr;
  const auto signer = at->second.find(arch);
  return signer == at->second.end() ? nullptr : &signer->second;
}

// The part of the section before `/`. Words outside Ubuntu's areas (contrib) count here, so it is
// not deb::Component.
std::string component_of(const World& world, const deb::SourcePackage& source) {
  const auto section = world.snapshot.text(source.section);
  const auto slash = section.find('/');
  return slash == std::string_view::npos ? "main" : std::string(section.substr(0, slash));
}

struct JudgedBuilder {
  FindingKind kind;
  Place place;
  Verdict verdict;
  std::string user, component;
};

// An upload that no builder signed: accepted outside main, or for arch:all by a hint.
JudgedBuilder judge_upload(const World& world, const Excuse& excuse,
                           const deb::SourcePackage& source, bool arch_all, bool known) {
  if (auto component = component_of(world, source); component != "main")
    return {FindingKind::buildd_component, Place::detail, Verdict::pass, "", std::move(component)};
  if (arch_all) {
    const auto hints = world.hints.of_package(HintType::allow_archall_maintainer_upload,
                                              package_of(world, excuse));
    if (!hints.empty())
      return {FindingKind::buildd_whitelisted, Place::info, Verdict::pass_hinted,
              hints.front()->user, ""};
  }
  if (known)
    return {FindingKind::not_on_buildd, Place::verdict, Verdict::rejected_permanently, "", ""};
  return {FindingKind::buildd_unknown, Place::verdict,
          Verdict::rejected_cannot_determine_if_permanent, "", ""};
}

void report_builder(const World& world, Excuse& excuse, deb::BinaryRef ref,
                    const JudgedBuilder& judged, const Signer* signer) {
  const auto& record = world.snapshot.record(ref);
  auto& finding =
      add_finding(excuse, PolicyId::builtonbuildd, judged.kind, judged.place,
                  is_rejected(judged.verdict) ? judged.verdict : Verdict::not_applicable);
  finding.arch = world.snapshot.text(record.architecture);
  finding.binaries = {ref};
  finding.user = judged.user;
  finding.words = {signer == nullptr ? "" : signer->uid, judged.component,
                   signer == nullptr ? "" : "known"};
}

codec::Map& signed_by(Excuse& excuse) {
  auto& value = excuse.policy_info[PolicyId::builtonbuildd]
                    .try_emplace("signed-by", codec::Map{})
                    .first->second;
  return std::get<codec::Map>(value);
}

}  // namespace

Verdict builtonbuildd_on_arch(PolicyRun& run, Excuse& excuse, ArchIndex arch) {
  const auto& world = run.world;
  auto& uids = signed_by(excuse);
  const auto* source = source_of(world, excuse);
  if (source == nullptr) return Verdict::pass;
  auto verdict = Verdict::pass;
  for (const auto ref : packages_on(world, excuse, arch)) {
    const auto& record = world.snapshot.record(ref);
    if (record.source_version != source->version) continue;
    const auto real_arch = world.snapshot.text(record.architecture);
    const auto* signer = find_signer(run.facts, world.snapshot.text(record.name),
                                     world.snapshot.text(record.version), real_arch);
    const bool first = !uids.contains(real_arch);  // one line per real architecture
    if (signer == nullptr || !signer->buildd) {
      const auto judged = judge_upload(world, excuse, *source, record.arch_all, signer != nullptr);
      verdict = worst(verdict, judged.verdict);
      if (first) report_builder(world, excuse, ref, judged, signer);
    }
    uids.insert_or_assign(std::string(real_arch),
                          signer == nullptr ? codec::Value() : codec::Value(signer->uid));
  }
  return verdict;
}

}  // namespace sluice::migrate
