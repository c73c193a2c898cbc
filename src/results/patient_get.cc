#include "results/patient_get.h"

namespace sluice::results {

bool is_worth_asking_again(const base::Result<sys::HttpResponse>& response) {
  if (!response) return false;
  const auto status = response->status;
  return status == sys::HttpResponse::kTimedOut || status == 502 || status == 503;
}

}  // namespace sluice::results
