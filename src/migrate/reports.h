// Reports: decisions -> the peers' files. Pure: values in, text out. Source: migration 4.7, 8.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "codec/value.h"
#include "migrate/excuse.h"
#include "migrate/judge.h"
#include "migrate/target.h"

namespace sluice::migrate {

// The summary of 4.2: "Will attempt migration (Any information below is purely informational)".
std::string_view summary_of(Verdict verdict, RuleSet rules);

// 4.7: the text list of an excuse in its order. D's list differs (4.8).
std::vector<std::string> excuse_texts(const Excuse& excuse, const World& world);
// The lines of one excuse in excuses.html. U: the same as excuse_texts; D: more (4.8).
std::vector<std::string> excuse_html_lines(const Excuse& excuse, const World& world);

// Excuses in the order of the reports: by age, those without one first, then by uvname.
std::vector<const Excuse*> in_report_order(std::span<const Excuse> excuses);

std::string excuses_html(std::span<const Excuse> excuses, const World& world, base::Instant now);
std::string excuses_yaml(std::span<const Excuse> excuses, const World& world, base::Instant now);
codec::Value excuse_value(const Excuse& excuse, const World& world);

std::string heidi_result(const TargetState& target, const Settings& settings);  // 8.2
// The same for callers who write it again and again: sorting the names is half of the cost.
// `names`: at least those in the target, in the order of heidi_names().
std::string heidi_result(const TargetState& target, const Settings& settings,
                         std::span<const NameId> names);
std::vector<NameId> heidi_names(const deb::Snapshot& snapshot);  // all, by text
std::string heidi_delta(std::span<const Item> accepted, const deb::Snapshot& snapshot);  // 8.3
std::string noninst_status(const TargetState& target, base::Instant now);                // 8.4
std::string uninst_report(const TargetState& target);                                    // 8.5

// The last part of 8.5: `counts` has architecture and number of uninstallable packages, in the
// order of the configuration.
std::string uninst_summary(std::span<const std::pair<std::string, std::size_t>> counts);

}  // namespace sluice::migrate
