#include "migrate/hint.h"

#include <array>
#include <optional>
#include <utility>

#include "deb/version.h"

namespace sluice::migrate {
namespace {

// Types of which a package has one hint only (migration 6.3), in the order of their warnings.
constexpr std::array kSingle = {HintType::block,   HintType::block_all,    HintType::block_udeb,
                                HintType::unblock, HintType::unblock_udeb, HintType::force,
                                HintType::urgent,  HintType::remove,       HintType::age_days};

bool is_unblock(HintType type) {
  return type == HintType::unblock || type == HintType::unblock_udeb;
}

// The same request by the same user: saying it twice overrides nothing.
bool same_request(const Hint& a, const Hint& b) {
  return a.user == b.user && a.days == b.days && a.items == b.items;
}

std::string quoted_unblock(const Hint& hint) {
  const auto& item = hint.items.front();
  return "('" + item.version + "', '" + item.architecture + "', '" + hint.user + "')";
}

std::string quoted(const Hint& hint) {
  const auto& item = hint.items.front();
  std::string text(text_of(hint.type));
  if (hint.type == HintType::age_days) text += " " + std::to_string(hint.days);
  text += item.removal ? " -" : " ";
  text += item.package;
  if (item.architecture != "source") text += "/" + item.architecture;
  if (!item.version.empty()) text += "/" + item.version;
  return "('" + hint.user + "', '" + text + "')";
}

std::string subject(const Hint& hint) {
  return std::string(text_of(hint.type)) + "[" + hint.items.front().package + "] = ";
}

}  // namespace

std::string_view text_of(HintType type) {
  switch (type) {
    case HintType::remark: return "remark";
    case HintType::easy: return "easy";
    case HintType::hint: return "hint";
    case HintType::force_hint: return "force-hint";
    case HintType::block: return "block";
    case HintType::block_udeb: return "block-udeb";
    case HintType::block_all: return "block-all";
    case HintType::unblock: return "unblock";
    case HintType::unblock_udeb: return "unblock-udeb";
    case HintType::remove: return "remove";
    case HintType::force: return "force";
    case HintType::allow_uninst: return "allow-uninst";
    case HintType::allow_smooth_update: return "allow-smooth-update";
    case HintType::urgent: return "urgent";
    case HintType::age_days: return "age-days";
    case HintType::ignore_rc_bugs: return "ignore-rc-bugs";
    case HintType::ignore_piuparts: return "ignore-piuparts";
    case HintType::force_badtest: return "force-badtest";
    case HintType::force_skiptest: return "force-skiptest";
    case HintType::force_reset_test: return "force-reset-test";
    case HintType::allow_archall_maintainer_upload: return "allow-archall-maintainer-upload";
  }
  return "";
}

void HintSet::add(Hint hint) {
  if (!hint.items.empty())
    by_package_[hint.type][hint.items.front().package].push_back(hints_.size());
  hints_.push_back(std::move(hint));
}

// A newcomer is compared with the hint that stands for its package and architecture so far. The
// peer also lets an ignored unblock stand for its package, so that a third, middle version would
// become active too; ours keeps the highest, as migration 6.3 says.
std::vector<std::string> HintSet::settle_duplicates() {
  std::vector<std::string> warnings;
  for (const auto type : kSingle) {
    std::map<std::pair<std::string, std::string>, std::size_t> standing;
    for (std::size_t i = 0; i < hints_.size(); ++i) {
      auto& hint = hints_[i];
      if (hint.type != type || !hint.active || hint.items.empty()) continue;
      const auto& item = hint.items.front();
      const auto [at, fresh] = standing.try_emplace({item.package, item.architecture}, i);
      if (fresh) continue;
      auto& former = hints_[at->second];
      if (same_request(former, hint)) continue;
      if (is_unblock(type) &&
          deb::compare_versions(former.items.front().version, item.version) >= 0) {
        hint.active = false;
        warnings.push_back("Ignoring " + subject(hint) + quoted_unblock(hint) + ", " +
                           quoted_unblock(former) + " is higher or equal");
        continue;
      }
      const auto both = is_unblock(type) ? quoted_unblock(former) + " with " + quoted_unblock(hint)
                                         : quoted(former) + " with " + quoted(hint);
      warnings.push_back("Overriding " + subject(hint) + both);
      former.active = false;
      at->second = i;
    }
  }
  return warnings;
}

std::vector<const Hint*> HintSet::of_type(HintType type) const {
  std::vector<const Hint*> found;
  for (const auto& hint : hints_)
    if (hint.type == type && hint.active) found.push_back(&hint);
  return found;
}

std::vector<const Hint*> HintSet::of_package(HintType type, std::string_view package) const {
  std::vector<const Hint*> found;
  const auto of_this_type = by_package_.find(type);
  if (of_this_type == by_package_.end()) return found;
  const auto at = of_this_type->second.find(package);
  if (at == of_this_type->second.end()) return found;
  for (const auto i : at->second)
    if (hints_[i].active) found.push_back(&hints_[i]);
  return found;
}

std::vector<const Hint*> HintSet::of_version(HintType type, std::string_view package,
                                             std::string_view version) const {
  auto found = of_package(type, package);
  std::erase_if(found, [&](const Hint* hint) { return hint->items.front().version != version; });
  return found;
}

}  // namespace sluice::migrate
