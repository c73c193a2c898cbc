// Asking a store as often as the peer does. Source: migration 4.6.2 (downloads).
#pragma once

#include "base/result.h"
#include "sys/http_client.h"

namespace sluice::results {

// As often as the peer: a busy store answers 502 or 503 now and then, or nothing in time.
inline constexpr int kTriesOfGet = 5;

// Whether another try may bring another answer.
bool is_worth_asking_again(const base::Result<sys::HttpResponse>& response);

// Calls `ask`, which returns an answer, until that is worth something or the tries are over: the
// last answer.
template <class Ask>
base::Result<sys::HttpResponse> ask_patiently(const Ask& ask) {
  auto response = ask();
  for (int tries = 1; tries < kTriesOfGet && is_worth_asking_again(response); ++tries)
    response = ask();
  return response;
}

}  // namespace sluice::results
