// Settings: the configuration as far as it decides. Made by britney/config from the peers' files;
// plain values with the defaults of migration 1.3.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "deb/snapshot.h"
#include "migrate/rules.h"

namespace sluice::migrate {

using ArchNames = std::set<std::string, std::less<>>;

struct AgeSettings {
  std::map<std::string, std::int64_t, std::less<>> days_of_urgency;  // MINDAYS_*, lower case
  std::string default_urgency;
  std::set<std::string, std::less<>> no_penalties;
  std::string bounty_min_age = "0";  // a number of days or the name of an urgency
};

enum class Switch : std::uint8_t { off, on, dry_run };

struct Settings {
  RuleSet rules = RuleSet::ubuntu;
  std::string distribution = "Debian";  // the value "ubuntu" turns links to Launchpad
  std::string series;
  std::vector<std::string> architectures;  // in the order of the configuration
  ArchNames nobreakall, outofsync, break_archs, new_archs;
  std::string all_buildarch;
  bool has_arch_all_buildds = true;
  bool partial_unstable = false;
  bool partial_source = false;
  std::set<std::string, std::less<>> smooth_updates;  // sections or ALL
  bool ignore_cruft = false;
  bool remove_obsolete = true;
  int check_consistency_level = 2;
  bool check_buildd = false;
  bool implicit_deps = true;
  bool piuparts = true;
  bool components_checked = true;  // false with ADT_PPAS (4.5.1)
  AgeSettings age;

  bool links_to_launchpad() const { return distribution == "ubuntu"; }
};

// ARCHITECTURES order -> snapshot's ArchIndex is the identity: the snapshot is built in this order.

}  // namespace sluice::migrate
