// SwiftAccount: asks one account of a Swift store as somebody who is signed in, and asks again
// where that may help: after a timeout, a broken connection, 408, 422, 429, any 5xx; and once after
// a new sign-in where the token is no longer taken. One thread at a time. Source:
// autopkgtest 2.7, 3.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "results/swift_access.h"
#include "sys/http_client.h"
#include "sys/waiter.h"

namespace sluice::results {

// Before the second try `first`, then twice as long each time. The peers' uploads: 10 to 80 s.
struct SwiftPatience {
  int tries = 5;
  std::chrono::milliseconds first{10'000};
  std::chrono::milliseconds longest{80'000};
};

struct SwiftAsk {
  sys::HttpMethod method = sys::HttpMethod::get;
  std::string path = {};   // "/CONTAINER/OBJECT", encoded; "" the account
  std::string query = {};  // "format=json", encoded
  sys::HttpHeaders headers = {};
  std::string body = {};
  std::chrono::seconds time_max{30};
  std::size_t body_max = sys::kBodyMax;
};

// The status of an answer for messages; a timeout has none.
std::string text_of_status(int status);

class SwiftAccount {
 public:
  SwiftAccount(sys::HttpClient& http, sys::Waiter& waiter, SwiftAccess access,
               SwiftPatience patience);

  // Statuses of the classes 200 and 400 are values, but for 401 and 403. Errors: denied, invalid,
  // unavailable (also: a redirection), corrupt (an answer to the sign-in that is none).
  base::Result<sys::HttpResponse> ask(const SwiftAsk& ask);

  // Signs in if that was not done yet. Errors: as of ask().
  base::Result<SwiftSession> session();

  // As of ResultStore; null: nobody is asked.
  void ask_while_waiting(std::function<bool()> go_on) { go_on_ = std::move(go_on); }

  sys::Waiter& waiter() { return waiter_; }

 private:
  base::Result<sys::HttpResponse> send_until_answered(
      const std::string& what, const std::function<base::Result<sys::HttpSend>()>& make);
  base::Result<void> sign_in();

  sys::HttpClient& http_;
  sys::Waiter& waiter_;
  SwiftAccess access_;
  SwiftPatience patience_;
  std::optional<SwiftSession> session_;
  std::function<bool()> go_on_;
};

}  // namespace sluice::results
