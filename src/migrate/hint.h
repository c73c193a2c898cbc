// Hints: what the release team asked for. Source: migration 6. Text -> Hint is hint_parser.h.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/item.h"

namespace sluice::migrate {

enum class HintType : std::uint8_t {
  remark,
  easy,
  hint,
  force_hint,
  block,
  block_udeb,
  block_all,
  unblock,
  unblock_udeb,
  remove,
  force,
  allow_uninst,
  allow_smooth_update,
  urgent,
  age_days,
  ignore_rc_bugs,
  ignore_piuparts,
  force_badtest,
  force_skiptest,
  force_reset_test,
  allow_archall_maintainer_upload,
};

std::string_view text_of(HintType type);  // "force-hint"; approve reads as unblock

struct Hint {
  HintType type = HintType::remark;
  std::string user;
  std::string file;
  int line = 0;
  std::int64_t days = 0;          // age-days
  std::vector<std::string> bugs;  // ignore-rc-bugs
  std::string word;               // block-all: "source" or "new-source"
  std::vector<ItemName> items;    // one, but for easy, hint, force-hint
  bool active = true;             // false: overridden by a duplicate (6.3), then invisible

  friend bool operator==(const Hint&, const Hint&) = default;
};

// All hints of a run in file order, with an index by type and package.
class HintSet {
 public:
  void add(Hint hint);
  // Applies the duplicate rules of 6.3; returns one warning per hint that was deactivated.
  std::vector<std::string> settle_duplicates();

  std::span<const Hint> all() const { return hints_; }
  // Active hints of the type, in file order.
  std::vector<const Hint*> of_type(HintType type) const;
  // Active hints of the type whose first item is this package (any version, any suite, removal or
  // not).
  std::vector<const Hint*> of_package(HintType type, std::string_view package) const;
  // Active hints of the type whose first item is this package at exactly this version (string
  // equality), whatever its suite and architecture: that is how the peers search.
  std::vector<const Hint*> of_version(HintType type, std::string_view package,
                                      std::string_view version) const;

 private:
  std::vector<Hint> hints_;
  std::map<HintType, std::map<std::string, std::vector<std::size_t>, std::less<>>> by_package_;
};

}  // namespace sluice::migrate
