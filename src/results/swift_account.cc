#include "results/swift_account.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

// 422: the bytes did not arrive as they were sent.
bool is_worth_sending_again(int status) {
  return status == sys::HttpResponse::kTimedOut || status == 408 || status == 422 ||
         status == 429 || status >= 500;
}

bool is_success(int status) { return status >= 200 && status < 300; }

}  // namespace

std::string text_of_status(int status) {
  return status == sys::HttpResponse::kTimedOut ? "no answer in time"
                                                : fmt::format("status {}", status);
}

SwiftAccount::SwiftAccount(sys::HttpClient& http, sys::Waiter& waiter, SwiftAccess access,
                           SwiftPatience patience)
    : http_(http), waiter_(waiter), access_(std::move(access)), patience_(patience) {}

Result<sys::HttpResponse> SwiftAccount::send_until_answered(
    const std::string& what, const std::function<Result<sys::HttpSend>()>& make) {
  auto pause = patience_.first;
  for (int tries = 1;; ++tries) {
    auto request = make();
    if (!request) return std::unexpected(request.error());
    request->go_on = go_on_;
    auto response = http_.send(*request);
    if (!response && response.error().kind != ErrorKind::unavailable)
      return base::fail_with(std::move(response.error()), what);
    if (response && response->status >= 300 && response->status < 400 && response->status != 304)
      return fail(ErrorKind::unavailable,
                  fmt::format("{}: redirected, expected the address of the store itself", what));
    if (response && !is_worth_sending_again(response->status)) return response;
    const bool is_stopped = !response && go_on_ && !go_on_();
    if (is_stopped) return base::fail_with(std::move(response.error()), what);
    if (tries == patience_.tries) {
      const auto why = response ? text_of_status(response->status) : response.error().text();
      return fail(ErrorKind::unavailable, fmt::format("{}: {} after {} tries", what, why, tries));
    }
    waiter_.wait(pause);
    pause = std::min(2 * pause, patience_.longest);
  }
}

Result<void> SwiftAccount::sign_in() {
  const auto what = "sign-in at " + access_.auth_url.substr(0, access_.auth_url.find('?'));
  const auto request = make_sign_in(access_);
  if (!request) return std::unexpected(request.error());
  const auto response = send_until_answered(what, [&] { return request; });
  if (!response) return std::unexpected(response.error());
  if (response->status == 401 || response->status == 403)
    return fail(ErrorKind::denied, what + ": user or password is refused");
  if (!is_success(response->status))
    return fail(ErrorKind::unavailable, what + ": " + text_of_status(response->status));
  auto session = parse_session(access_, *response);
  if (!session) return base::fail_with(std::move(session.error()), what);
  session_ = std::move(*session);
  return {};
}

Result<SwiftSession> SwiftAccount::session() {
  if (!session_)
    if (auto signed_in = sign_in(); !signed_in) return std::unexpected(signed_in.error());
  return *session_;
}

Result<sys::HttpResponse> SwiftAccount::ask(const SwiftAsk& ask) {
  const auto what = fmt::format("{} {}", text_of(ask.method), ask.path.empty() ? "/" : ask.path);
  const auto make = [&]() -> Result<sys::HttpSend> {
    const auto now = session();
    if (!now) return std::unexpected(now.error());
    auto headers = ask.headers;
    headers.emplace_back("X-Auth-Token", now->token);
    return sys::HttpSend{.method = ask.method,
                         .url = now->url + ask.path + (ask.query.empty() ? "" : "?" + ask.query),
                         .headers = std::move(headers),
                         .body = ask.body,
                         .time_max = ask.time_max,
                         .body_max = ask.body_max};
  };
  auto response = send_until_answered(what, make);
  if (response && response->status == 401) {
    session_.reset();  // tokens live for hours only
    response = send_until_answered(what, make);
  }
  if (response && (response->status == 401 || response->status == 403))
    return fail(ErrorKind::denied, what + ": " + text_of_status(response->status));
  return response;
}

}  // namespace sluice::results
