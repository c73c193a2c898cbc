#include "migrate/fact_change.h"

namespace sluice::migrate {
namespace {

Touched touched_name(const std::string& name) {
  Touched touched;
  touched.names.insert(name);
  return touched;
}

template <class Map, class Value>
Touched put(Map& map, const std::string& name, const std::optional<Value>& value) {
  if (value)
    map.insert_or_assign(name, *value);
  else
    map.erase(name);
  return touched_name(name);
}

Touched make(const DateChange& change, Facts& facts) {
  return put(facts.age.first_seen, change.source, change.seen);
}

Touched make(const UrgencyChange& change, Facts& facts) {
  return put(facts.age.urgency, change.source, change.urgency);
}

Touched make(const BugsChange& change, Facts& facts) {
  auto& of_suite =
      change.suite == BugsChange::Suite::target ? facts.bugs_in_target : facts.bugs_in_source;
  const auto bugs = change.bugs.empty() ? std::nullopt : std::optional(change.bugs);
  return put(of_suite, change.name, bugs);
}

Touched make(const ResultChange& change, Facts& facts) {
  const auto& [trigger, source, arch] = change.test;
  if (change.result)
    facts.tests.results.put(trigger, source, arch, *change.result);
  else
    facts.tests.results.remove(trigger, source, arch);
  Touched touched;
  touched.results.push_back(change.test);
  return touched;
}

Touched make(const PendingChange& change, Facts& facts) {
  const auto& [trigger, source, arch] = change.test;
  if (change.now == PendingChange::Now::pending)
    facts.tests.pending.add(trigger, source, arch);
  else
    facts.tests.pending.remove(trigger, source, arch);
  Touched touched;
  touched.pending.push_back(change.test);
  return touched;
}

Touched make(const EndChange& change, Facts& facts) {
  if (change.what)
    facts.tests.ended.insert_or_assign(change.test, *change.what);
  else
    facts.tests.ended.erase(change.test);
  Touched touched;
  touched.pending.push_back(change.test);
  return touched;
}

Touched make(const TimeChange& change, Facts& facts) {
  Touched touched;
  touched.everything = facts.age_now != change.age_now;
  facts.now = change.now;
  facts.age_now = change.age_now;
  return touched;
}

}  // namespace

Touched apply(const FactChange& change, Facts& facts) {
  return std::visit([&](const auto& kind) { return make(kind, facts); }, change);
}

}  // namespace sluice::migrate
