#include "migrate/verdict.h"

namespace sluice::migrate {

std::string_view text_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::not_applicable: return "NOT_APPLICABLE";
    case Verdict::pass: return "PASS";
    case Verdict::pass_hinted: return "PASS_HINTED";
    case Verdict::rejected_temporarily: return "REJECTED_TEMPORARILY";
    case Verdict::rejected_waiting_for_another_item: return "REJECTED_WAITING_FOR_ANOTHER_ITEM";
    case Verdict::rejected_blocked_by_another_item: return "REJECTED_BLOCKED_BY_ANOTHER_ITEM";
    case Verdict::rejected_needs_approval: return "REJECTED_NEEDS_APPROVAL";
    case Verdict::rejected_cannot_determine_if_permanent:
      return "REJECTED_CANNOT_DETERMINE_IF_PERMANENT";
    case Verdict::rejected_permanently: return "REJECTED_PERMANENTLY";
  }
  return "";
}

}  // namespace sluice::migrate
