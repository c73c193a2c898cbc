#include "migrate/touched.h"

#include <algorithm>
#include <compare>
#include <iterator>
#include <map>
#include <utility>

namespace sluice::migrate {
namespace {

// Calls `visit` with the key, and the values or null, of whatever two sorted maps have differently.
template <class Map, class Same, class Visit>
void each_difference(const Map& before, const Map& after, const Same& same, const Visit& visit) {
  const typename Map::mapped_type* none = nullptr;
  auto a = before.begin();
  auto b = after.begin();
  while (a != before.end() || b != after.end()) {
    const auto order = a == before.end()  ? std::strong_ordering::greater
                       : b == after.end() ? std::strong_ordering::less
                                          : a->first <=> b->first;
    if (order < 0) {
      visit(a->first, &a->second, none);
    } else if (order > 0) {
      visit(b->first, none, &b->second);
    } else if (!same(a->second, b->second)) {
      visit(a->first, &a->second, &b->second);
    }
    if (order <= 0) ++a;
    if (order >= 0) ++b;
  }
}

class FactsDifference {
 public:
  FactsDifference(const Facts& before, const Facts& after) : before_(before), after_(after) {}

  Touched find() && {
    const auto same = [](const auto& a, const auto& b) { return a == b; };
    names(&Facts::bugs_in_target, same);
    names(&Facts::bugs_in_source, same);
    const auto same_piuparts = [](const PiupartsResult& a, const PiupartsResult& b) {
      return a.state == b.state && a.url == b.url;
    };
    names(&Facts::piuparts_in_target, same_piuparts);
    names(&Facts::piuparts_in_source, same_piuparts);
    names(&Facts::signers, [](const auto& a, const auto& b) { return same_signers(a, b); });
    const auto same_bugs = [](const auto& a, const auto& b) {
      return std::ranges::equal(a, b, [](const LaunchpadBug& x, const LaunchpadBug& y) {
        return x.bug == y.bug && x.seconds == y.seconds;
      });
    };
    names(&Facts::blocks, same_bugs);
    names(&Facts::excuse_bugs, same_bugs);
    names(&Facts::source_ppas, same);
    age();
    results();
    pending();
    each_difference(
        before_.tests.ended, after_.tests.ended, same,
        [&](const TestKey& key, const auto*, const auto*) { touched_.pending.push_back(key); });
    return std::move(touched_);
  }

 private:
  auto add_name() {
    return
        [this](const std::string& name, const auto*, const auto*) { touched_.names.insert(name); };
  }

  template <class Map, class Same>
  void names(Map Facts::* member, const Same& same) {
    each_difference(before_.*member, after_.*member, same, add_name());
  }

  void age() {
    const auto same_date = [](const AgeFacts::FirstSeen& a, const AgeFacts::FirstSeen& b) {
      return a.seconds == b.seconds && a.version == b.version;
    };
    const auto same = [](const std::string& a, const std::string& b) { return a == b; };
    each_difference(before_.age.first_seen, after_.age.first_seen, same_date, add_name());
    each_difference(before_.age.urgency, after_.age.urgency, same, add_name());
  }

  static bool same_signers(const ByName<ByName<Signer>>& a, const ByName<ByName<Signer>>& b) {
    return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
      return x.first == y.first &&
             std::ranges::equal(x.second, y.second, [](const auto& s, const auto& t) {
               return s.first == t.first && s.second.buildd == t.second.buildd &&
                      s.second.uid == t.second.uid;
             });
    });
  }

  void results() {
    const adt::Results::BySource no_source;
    const adt::Results::ByArch no_arch;
    const auto same = [](const auto& a, const auto& b) { return a == b; };
    const auto or_none = [](const auto* some, const auto& none) -> const auto& {
      return some != nullptr ? *some : none;
    };
    each_difference(before_.tests.results.by_trigger(), after_.tests.results.by_trigger(), same,
                    [&](const std::string& trigger, const auto* a, const auto* b) {
                      each_difference(or_none(a, no_source), or_none(b, no_source), same,
                                      [&](const std::string& source, const auto* c, const auto* d) {
                                        each_difference(
                                            or_none(c, no_arch), or_none(d, no_arch), same,
                                            [&](const std::string& arch, const auto*, const auto*) {
                                              touched_.results.push_back({trigger, source, arch});
                                            });
                                      });
                    });
  }

  void pending() {
    const adt::Pending::BySource no_source;
    const adt::Pending::ArchSet no_arch;
    const auto same = [](const auto& a, const auto& b) { return a == b; };
    const auto or_none = [](const auto* some, const auto& none) -> const auto& {
      return some != nullptr ? *some : none;
    };
    each_difference(before_.tests.pending.by_trigger(), after_.tests.pending.by_trigger(), same,
                    [&](const std::string& trigger, const auto* a, const auto* b) {
                      each_difference(
                          or_none(a, no_source), or_none(b, no_source), same,
                          [&](const std::string& source, const auto* c, const auto* d) {
                            std::vector<std::string> archs;
                            std::ranges::set_symmetric_difference(or_none(c, no_arch),
                                                                  or_none(d, no_arch),
                                                                  std::back_inserter(archs));
                            for (auto& arch : archs)
                              touched_.pending.push_back({trigger, source, std::move(arch)});
                          });
                    });
  }

  const Facts& before_;
  const Facts& after_;
  Touched touched_;
};

// What a change of a hint concerns.
enum class Concern : std::uint8_t { no_excuse, everything, item, tests_of_source };

Concern concern_of(HintType type) {
  switch (type) {
    case HintType::remark:
    case HintType::easy:
    case HintType::hint:
    case HintType::force_hint: return Concern::no_excuse;  // read by the run, or by nobody
    case HintType::block_all:
    case HintType::remove:
    case HintType::allow_uninst:
    case HintType::allow_smooth_update: return Concern::everything;
    case HintType::force_badtest:
    case HintType::force_reset_test: return Concern::tests_of_source;
    case HintType::block:
    case HintType::block_udeb:
    case HintType::unblock:
    case HintType::unblock_udeb:
    case HintType::force:
    case HintType::urgent:
    case HintType::age_days:
    case HintType::ignore_rc_bugs:
    case HintType::ignore_piuparts:
    case HintType::force_skiptest:
    case HintType::allow_archall_maintainer_upload: return Concern::item;
  }
  return Concern::everything;
}

// Active hints with the same concern about the same package, in file order, which counts.
using HintsByConcern = std::map<std::pair<Concern, std::string>, std::vector<const Hint*>>;

HintsByConcern sorted_hints(const HintSet& set) {
  HintsByConcern sorted;
  for (const auto& hint : set.all()) {
    const auto concern = concern_of(hint.type);
    if (hint.active && concern != Concern::no_excuse)
      sorted[{concern, hint.items.empty() ? "" : hint.items.front().package}].push_back(&hint);
  }
  return sorted;
}

}  // namespace

void Touched::add(Touched more) {
  everything = everything || more.everything;
  names.merge(more.names);
  tested.merge(more.tested);
  results.insert(results.end(), more.results.begin(), more.results.end());
  pending.insert(pending.end(), more.pending.begin(), more.pending.end());
}

bool same_hint(const Hint& a, const Hint& b) {
  return a.type == b.type && a.user == b.user && a.file == b.file && a.days == b.days &&
         a.bugs == b.bugs && a.word == b.word && a.items == b.items && a.active == b.active;
}

Touched touched_by(const Facts& before, const Facts& after) {
  Touched all;
  all.everything = before.now != after.now || before.age_now != after.age_now ||
                   before.ppa_lookup != after.ppa_lookup || after.ppa_lookup != nullptr ||
                   before.tests.lookup != after.tests.lookup || after.tests.lookup != nullptr ||
                   !before.tests.news.empty() || !after.tests.news.empty();
  return all.everything ? all : FactsDifference(before, after).find();
}

Touched touched_by(const HintSet& before, const HintSet& after) {
  Touched touched;
  const auto same_list = [](const auto& a, const auto& b) {
    return std::ranges::equal(a, b, [](const Hint* x, const Hint* y) { return same_hint(*x, *y); });
  };
  each_difference(sorted_hints(before), sorted_hints(after), same_list,
                  [&](const auto& key, const auto*, const auto*) {
                    const auto& [concern, package] = key;
                    if (concern == Concern::everything) touched.everything = true;
                    if (concern == Concern::item) touched.names.insert(package);
                    if (concern == Concern::tests_of_source) touched.tested.insert(package);
                  });
  return touched;
}

}  // namespace sluice::migrate
