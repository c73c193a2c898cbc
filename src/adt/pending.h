// Pending: the tests that were requested and have no result yet: trigger -> tested source ->
// architectures. Text form: migration 4.6.1 (`autopkgtest-pending.json`).
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::adt {

class Pending {
 public:
  using ArchSet = std::set<std::string, std::less<>>;
  using BySource = std::map<std::string, ArchSet, std::less<>>;
  using ByTrigger = std::map<std::string, BySource, std::less<>>;

  bool has(std::string_view trigger, std::string_view source, std::string_view arch) const;
  void add(std::string_view trigger, std::string_view source, std::string_view arch);
  // Takes one out; maps that become empty go too. False: it was not there.
  bool remove(std::string_view trigger, std::string_view source, std::string_view arch);
  // All tests of triggers for which this says so.
  void remove_triggers(const std::function<bool(const std::string& trigger)>& is_gone);
  const ByTrigger& by_trigger() const { return by_trigger_; }

  friend bool operator==(const Pending&, const Pending&) = default;

 private:
  ByTrigger by_trigger_;
};

// Damaged entries are left out and told; a text that is no JSON object is an error (corrupt).
struct ReadPending {
  Pending pending;
  std::vector<std::string> problems;
};
base::Result<ReadPending> parse_pending(std::string_view json);
std::string render_pending(const Pending& pending);  // indent 2, sorted

}  // namespace sluice::adt
