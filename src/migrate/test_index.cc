#include "migrate/test_index.h"

#include <algorithm>

#include "base/text.h"

namespace sluice::migrate {
namespace {

constexpr std::string_view kTests = "autopkgtest";
constexpr std::string_view kGeneratedTests = "autopkgtest-pkg";
constexpr std::string_view kDkms = "dkms";

}  // namespace

TestIndex::TestIndex(const deb::Snapshot& snapshot)
    : snapshot_(snapshot), names_dkms_(snapshot.relations.size(), -1) {
  for (const auto& suite : snapshot.suites) {
    for (const auto& source : suite.sources) {
      if (!source.testsuite_triggers.valid()) continue;
      // Commas go first: that is how the peers read the field (migration 2.3).
      const auto names = base::replace_all(snapshot.text(source.testsuite_triggers), ",", "");
      for (const auto word : base::split_words(names))
        if (const auto name = snapshot.symbols.find_name(word); name.valid())
          triggered_[name.value].push_back(source.name);
    }
  }
  for (auto& [name, sources] : triggered_) {
    std::ranges::sort(sources, {}, &deb::NameId::value);
    sources.erase(std::ranges::unique(sources).begin(), sources.end());
  }
}

TestIndex::Declared TestIndex::declared(const deb::SourcePackage& source) {
  if (!source.testsuite.valid()) return {};
  const auto [at, is_new] = declared_.try_emplace(source.testsuite.value);
  if (!is_new) return at->second;
  for (const auto token : base::split_words(snapshot_.text(source.testsuite))) {
    at->second.exact |= token == kTests;
    at->second.generated |= token.starts_with(kGeneratedTests);
  }
  return at->second;
}

bool TestIndex::declares_tests(const deb::SourcePackage& source) { return declared(source).exact; }

// The peers look for the text, so that `foo-dkms` counts as well.
bool TestIndex::names_dkms(deb::ClauseId clause) {
  auto& known = names_dkms_[clause.value];
  if (known < 0) known = snapshot_.relations.text(clause).contains(kDkms) ? 1 : 0;
  return known == 1;
}

bool TestIndex::needs_dkms(const deb::SourcePackage& source, deb::ArchIndex arch) {
  const auto& target = snapshot_.suites[deb::kTarget];
  for (const auto ref : source.binaries) {
    const auto binary = target.binary(arch, snapshot_.record(ref).name);
    if (!binary.valid()) continue;
    const auto& record = snapshot_.record(arch, binary);
    for (const auto field : {deb::RelationField::pre_depends, deb::RelationField::depends})
      for (const auto clause : snapshot_.clauses(record, field))
        if (names_dkms(clause)) return true;
  }
  return false;
}

bool TestIndex::has_tests(const deb::SourcePackage& source, deb::ArchIndex arch) {
  const auto [exact, generated] = declared(source);
  if (exact || generated) return true;
  auto& known = has_tests_[&source];
  if (known.empty()) known.assign(snapshot_.archs.size(), -1);
  if (known[arch] < 0) known[arch] = needs_dkms(source, arch) ? 1 : 0;
  return known[arch] == 1;
}

std::span<const deb::NameId> TestIndex::triggered_by(deb::NameId binary) const {
  const auto at = triggered_.find(binary.value);
  return at == triggered_.end() ? std::span<const deb::NameId>() : at->second;
}

}  // namespace sluice::migrate
