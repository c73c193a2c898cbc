#include "solve/proof.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "support/random_packages.h"
#include "support/rounds.h"

using namespace sluice;
using deb::PackageIndex;

namespace {

// The packages without one of their relations.
std::string without_a_relation(std::mt19937& random, const std::string& packages) {
  std::vector<std::string> lines;
  std::vector<std::size_t> relations;
  for (const auto line : base::split(packages, '\n')) {
    if (line.starts_with("Depends:") || line.starts_with("Conflicts:") ||
        line.starts_with("Provides:"))
      relations.push_back(lines.size());
    lines.emplace_back(line);
  }
  if (!relations.empty())
    lines.erase(lines.begin() +
                static_cast<std::ptrdiff_t>(relations[random() % relations.size()]));
  std::string text;
  for (const auto& line : lines) (text += line) += '\n';
  return text;
}

}  // namespace

// migration 7.4: whatever is proved is true, also where an answer comes from relations that have
// changed since, in either direction.
TEST_CASE("proof: nothing wrong is proved") {
  int proved = 0, refused = 0;
  for (unsigned seed = 1; seed <= test::rounds(300U); ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto more = support::random_packages(random, 8);
    const auto less = without_a_relation(random, more);
    const auto then = support::snapshot_of(random() % 2 == 0 ? more : less);
    const auto now = support::snapshot_of(random() % 2 == 0 ? more : less);
    const solve::Universe old_universe(*then, 0), universe(*now, 0);
    const auto present = support::random_target(random, *now, universe);
    const solve::Installability kept(old_universe, present);
    const auto truth = support::SetsByBruteForce{universe, present}.uninstallable();
    const bool is_proved = solve::is_proved(kept, universe, present);
    if (is_proved) CHECK(kept.uninstallable() == truth);
    ++(is_proved ? proved : refused);
  }
  MESSAGE("proved " << proved << ", refused " << refused);
  CHECK(proved > 0);
  CHECK(refused > 0);
}

// migration 7.4
TEST_CASE("proof: it is of the packages that are asked for, and of no others") {
  const auto snapshot = support::snapshot_of(
      "Package: a\nVersion: 1\nArchitecture: amd64\n\n"
      "Package: b\nVersion: 1\nArchitecture: amd64\nDepends: nothing\n\n");
  const solve::Universe universe(*snapshot, 0);
  const std::vector<PackageIndex> both{PackageIndex(0U), PackageIndex(1U)};
  const solve::Installability kept(universe, both);

  CHECK(solve::is_proved(kept, universe, both));
  CHECK_FALSE(solve::is_proved(kept, universe, std::vector{PackageIndex(0U)}));
  const solve::Installability less(universe, std::vector{PackageIndex(0U)});
  CHECK_FALSE(solve::is_proved(less, universe, both));
}

// migration 5.1, 7.4
TEST_CASE("proof: witnesses need the Essential packages") {
  const auto packages = [](const std::string& essential) {
    return support::snapshot_of(
        "Package: a\nVersion: 1\nArchitecture: amd64\n\n"
        "Package: e\nVersion: 1\nArchitecture: amd64\n" +
        essential + "Conflicts: a\n\n");
  };
  const auto plain = packages("");
  const auto essential = packages("Essential: yes\n");
  const solve::Universe old_universe(*plain, 0), universe(*essential, 0);
  const std::vector<PackageIndex> both{PackageIndex(0U), PackageIndex(1U)};
  const solve::Installability kept(old_universe, both);

  CHECK(solve::is_proved(kept, old_universe, both));
  CHECK_FALSE(solve::is_proved(kept, universe, both));
}
