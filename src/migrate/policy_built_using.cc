// Debian: are the sources whose code is built into the binaries in the target as well? Source:
// migration 4.8.
#include "migrate/policy_list.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

// One entry `source (= version)` of one binary.
struct Entry {
  deb::BinaryRef binary;
  NameId source;
  VersionId version;
};

bool has_source(const World& world, SuiteIndex suite, const Entry& entry) {
  const auto* source = world.suite(suite).source(entry.source);
  return source != nullptr && compare(world, source->version, entry.version) >= 0;
}

// The item's suite, and for additional suites also the primary one.
bool is_coming(const World& world, const Excuse& excuse, const Entry& entry) {
  const auto suite = excuse.item.suite;
  return has_source(world, suite, entry) ||
         (suite != kPrimary && has_source(world, kPrimary, entry));
}

void report_entry(const World& world, Excuse& excuse, const Entry& entry, FindingKind kind,
                  Verdict verdict) {
  auto& finding = add_finding(excuse, PolicyId::built_using, kind,
                              is_rejected(verdict) ? Place::verdict : Place::detail, verdict);
  finding.arch = world.snapshot.arch_name(entry.binary.arch);
  finding.binaries = {entry.binary};
  finding.words = {std::string(world.snapshot.text(entry.source))};
}

Verdict judge_entry(const World& world, Excuse& excuse, const Entry& entry) {
  if (has_source(world, deb::kTarget, entry)) return Verdict::pass;
  const bool coming = is_coming(world, excuse, entry);
  if (is_break_arch(world, entry.binary.arch)) {
    report_entry(world, excuse, entry, FindingKind::built_using_ignored, Verdict::not_applicable);
    if (!coming) excuse.findings.back().words.emplace_back(world.snapshot.text(entry.version));
    return Verdict::pass;
  }
  if (!coming) {
    report_entry(world, excuse, entry, FindingKind::built_using_unsatisfiable,
                 Verdict::rejected_permanently);
    excuse.findings.back().words.emplace_back(world.snapshot.text(entry.version));
    return Verdict::rejected_permanently;
  }
  ExcuseDependency dependency;
  dependency.type = DependencyType::built_using;
  dependency.arch = entry.binary.arch;
  dependency.dependent = entry.binary;
  dependency.alternatives.emplace_back().item = world.snapshot.text(entry.source);
  excuse.dependencies.push_back(std::move(dependency));
  report_entry(world, excuse, entry, FindingKind::built_using_dependency, Verdict::not_applicable);
  return Verdict::pass;
}

}  // namespace

Verdict built_using_on_arch(PolicyRun& run, Excuse& excuse, ArchIndex arch) {
  const auto& world = run.world;
  auto verdict = Verdict::pass;
  for (const auto ref : packages_on(world, excuse, arch)) {
    const auto& record = world.snapshot.record(ref);
    for (const auto clause : world.snapshot.clauses(record, deb::RelationField::built_using)) {
      const auto& atom = world.snapshot.relations.atoms(clause).front();
      verdict = worst(verdict, judge_entry(world, excuse, {ref, atom.name, atom.version}));
    }
  }
  return verdict;
}

}  // namespace sluice::migrate
