// covers: resolved_clauses.cc alternatives.cc rows.h
#include "solve/clause_resolver.h"

#include <doctest/doctest.h>

#include <array>
#include <random>

#include "deb/snapshot_builder.h"
#include "support/rounds.h"

using namespace sluice;

namespace {

// Packages of two suites that need, provide and exclude each other at random, some of them in
// vain, and whose versions change one by one.
class Shelf {
 public:
  explicit Shelf(unsigned seed) : random_(seed) {
    for (auto& package : packages_) package = draw();
  }

  void change() {
    auto& package = packages_[pick(kPackages)];
    if (pick(3) == 0) {
      package[0] = package[1];  // it migrates: its place in the order changes too
    } else {
      package[pick(2)] = draw()[0];
    }
  }

  // `memory`: of an earlier snapshot, or "". A new one is left in `remembered`.
  std::shared_ptr<const deb::Snapshot> build(const std::string& memory) {
    deb::SnapshotBuilder builder({{"amd64"}, deb::BuildRelations::skip, memory});
    (void)builder.add_suite("testing", "", deb::SuiteClass::target);
    (void)builder.add_suite("unstable", "", deb::SuiteClass::primary);
    std::array<std::string, 2> texts;
    for (std::size_t suite = 0; suite < 2; ++suite) {
      for (unsigned i = 0; i < kPackages; ++i)
        if (!packages_[i][suite].empty())
          texts[suite] += "Package: p" + std::to_string(i) + "\n" + packages_[i][suite] + "\n";
      builder.add_packages(static_cast<deb::SuiteIndex>(suite), 0, texts[suite], "Packages");
    }
    if (memory.empty()) remembered = builder.remember(7);
    return builder.finish();
  }

  std::string remembered;
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

 private:
  static constexpr unsigned kPackages = 30;
  using Versions = std::array<std::string, 2>;  // paragraphs without names; "": not there

  std::string relation() {
    const auto name = (pick(6) == 0 ? "v" : "p") + std::to_string(pick(kPackages + 1));
    const std::array<std::string, 5> constraints = {"", "", " (>= 2)", " (<< 3)", " (= 2)"};
    return name + (pick(9) == 0 ? ":any" : "") + constraints[pick(5)];
  }

  Versions draw() {
    Versions made;
    for (auto& text : made) {
      if (pick(8) == 0) continue;
      text = "Version: " + std::to_string(1 + pick(3)) + "\nArchitecture: amd64\n";
      const auto name = "p" + std::to_string(pick(kPackages));
      text += "Depends: " + relation() + (pick(2) == 0 ? ", " + relation() : "") +
              (pick(2) == 0 ? " | " + relation() : "") +
              (pick(3) == 0 ? ", " + name + " (>= 1), " + name + " (<< 3)" : "") + "\n";
      if (pick(3) == 0) text += "Conflicts: " + relation() + "\n";
      if (pick(3) == 0)
        text +=
            "Provides: v" + std::to_string(pick(kPackages)) + (pick(2) == 0 ? " (= 2)" : "") + "\n";
      if (pick(20) == 0) text += "Pre-Depends: ((\n";
    }
    return made;
  }

  std::mt19937 random_;
  std::array<Versions, kPackages> packages_;
};

std::string text_of(const solve::ResolvedClauses& clauses) { return solve::bytes_of({{clauses}}); }

}  // namespace

// migration 9, 5.2
TEST_CASE("clause resolver: what is taken over from another snapshot changes nothing") {
  std::size_t kept = 0, resolved = 0;
  for (unsigned seed = 1; seed <= test::rounds(40U); ++seed) {
    CAPTURE(seed);
    Shelf shelf(seed);
    auto snapshot = shelf.build("");
    const auto memory = shelf.remembered;
    auto before = solve::resolve_clauses(*snapshot, solve::Alternatives(*snapshot, 0), {});
    CHECK(before.kept == 0);
    for (int step = 0; step < 12; ++step) {
      shelf.change();
      const auto next = shelf.build(memory);
      const solve::Alternatives alternatives(*next, 0);
      auto again = solve::resolve_clauses(*next, alternatives, before);
      REQUIRE(text_of(again) == text_of(solve::resolve_clauses(*next, alternatives, {})));
      kept += again.kept;
      resolved += again.size() - again.kept;
      if (shelf.pick(3) != 0) before = std::move(again);
      if (shelf.pick(4) == 0)
        before = solve::parse_resolved_clauses(text_of(before)).value().front();
    }
  }
  CHECK(kept > resolved);
  CHECK(resolved > 0);
}

// migration 9
TEST_CASE("clause resolver: nothing is taken over from a snapshot of another origin") {
  Shelf shelf(1);
  const auto first = shelf.build("");
  const auto before = solve::resolve_clauses(*first, solve::Alternatives(*first, 0), {});
  shelf.change();
  const auto second = shelf.build("");  // made another memory
  const solve::Alternatives alternatives(*second, 0);
  const auto again = solve::resolve_clauses(*second, alternatives, before);
  CHECK(again.kept == 0);
  CHECK(text_of(again) == text_of(solve::resolve_clauses(*second, alternatives, {})));
}

TEST_CASE("clause resolver: two sets with the same members are one") {
  solve::ResolvedClauses clauses;
  solve::SetTable sets(clauses);
  std::vector<solve::PackageIndex> first{solve::PackageIndex(3U), solve::PackageIndex(1U)};
  std::vector<solve::PackageIndex> second{solve::PackageIndex(1U), solve::PackageIndex(3U),
                                          solve::PackageIndex(3U)};
  std::vector<solve::PackageIndex> third{solve::PackageIndex(1U)};
  CHECK(sets.intern(first) == sets.intern(second));
  CHECK(sets.intern(first) != sets.intern(third));
  CHECK(clauses.set_count() == 2);
}

TEST_CASE("resolved clauses: nothing damaged is believed, and what is whole is read back") {
  Shelf shelf(3);
  const auto snapshot = shelf.build("");
  const auto clauses = solve::resolve_clauses(*snapshot, solve::Alternatives(*snapshot, 0), {});
  const auto bytes = solve::bytes_of(std::vector{clauses, clauses});
  const auto read = solve::parse_resolved_clauses(bytes);
  REQUIRE(read);
  CHECK(read->size() == 2);
  CHECK(solve::bytes_of(*read) == bytes);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    auto bad = bytes;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    CHECK_FALSE(solve::parse_resolved_clauses(bad));
    CHECK_FALSE(solve::parse_resolved_clauses(bytes.substr(0, at)));
  }
}

TEST_CASE("resolved clauses: numbers that point nowhere are refused, under a right digest too") {
  solve::ResolvedClauses sound;
  sound.records = {deb::RecordIndex(0U), deb::RecordIndex(1U)};
  sound.depends = {{solve::SetIndex(0U), 0, 0}};
  sound.depends_begin = {0, 1, 1};
  sound.members = {solve::PackageIndex(0U), solve::PackageIndex(1U)};
  sound.member_begin = {0, 2};
  CHECK(solve::parse_resolved_clauses(text_of(sound)));
  const auto refused = [&](auto&& spoil) {
    auto bad = sound;
    spoil(bad);
    return !solve::parse_resolved_clauses(text_of(bad)).has_value();
  };
  CHECK(refused([](auto& bad) { bad.depends.front().set = solve::SetIndex(1U); }));
  CHECK(refused([](auto& bad) { bad.members.back() = solve::PackageIndex(2U); }));
  CHECK(refused([](auto& bad) { bad.members.back() = solve::PackageIndex(0U); }));
  CHECK(refused([](auto& bad) { bad.depends_begin = {0, 2, 1}; }));
  CHECK(refused([](auto& bad) { bad.depends_begin = {0, 1}; }));
  CHECK(refused([](auto& bad) { bad.member_begin = {0, 1}; }));
  CHECK(refused([](auto& bad) { bad.member_begin.clear(); }));
}
