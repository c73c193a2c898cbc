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

// Who tells results of tests (migration 4.6.2); exactly one of them is active.
enum class ResultSource : std::uint8_t { debci_file, sqlite, swift };

// The autopkgtest policy (migration 4.6); the keys are ADT_* of 1.3. Nothing but `ppas` is filled
// unless it is enabled.
struct AdtSettings {
  Switch enabled = Switch::off;
  std::vector<std::string> archs;           // in the order of the key; unknown ones are ignored
  std::vector<std::string> excluded_archs;  // ADT_EXCLUDED_ARCHES: nothing is tested there
  std::vector<std::string> ppas;
  std::string request_url;     // ADT_AMQP: amqp:// or file://; may be "" when nothing is sent
  std::string shared_results;  // path of a results cache that is only read; "": our own is used
  ResultSource source = ResultSource::debci_file;
  std::string result_url;            // of that source, as configured: ADT_DB_URL or ADT_SWIFT_URL
  std::string swift_url;             // ADT_SWIFT_URL; Debian's links lead there
  std::string ci_url;                // ends in "/"
  std::optional<std::int64_t> huge;  // more tests than this go to the huge queue
  std::optional<std::int64_t> success_bounty, regression_penalty;  // days
  bool baseline_by_reference = false;
  bool retry_by_run_id = false;  // ADT_RETRY_URL_MECH
  std::optional<std::int64_t> retry_older_than_days, reference_max_age_days;
  std::optional<std::int64_t> resend_after_seconds;  // ADT_RESEND_AFTER: of unknown fate

  friend bool operator==(const AdtSettings&, const AdtSettings&) = default;
};

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
  // The mails of 4.5.13 and 4.5.14 are sent, or would be: then they are policies that let pass.
  bool stuck_mail = false;
  bool sru_regression_mail = false;
  bool implicit_deps = true;
  bool piuparts = true;
  bool coinstallability = false;   // --coinst: what can be installed together stays so
  bool components_checked = true;  // false with ADT_PPAS (4.5.1)
  AgeSettings age;
  AdtSettings adt;

  bool links_to_launchpad() const { return distribution == "ubuntu"; }
};

// ARCHITECTURES order -> snapshot's ArchIndex is the identity: the snapshot is built in this order.

}  // namespace sluice::migrate
