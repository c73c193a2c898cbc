// Requests for the grid's site, of any method, target and body, a few after each other on one
// state: each is answered or waits for work, and whatever was answered is whole JSON or a page.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/log.h"
#include "codec/json.h"
#include "support/jobs.h"
#include "support/manual_clock.h"
#include "web/site.h"

namespace {

using namespace sluice;

class NoLog final : public base::Log {
 public:
  void write(base::Level, std::string_view) override {}
};

// "METHOD TARGET\nBODY" up to a line "--".
sys::ServerRequest request_in(std::string_view text) {
  const auto line = text.substr(0, text.find('\n'));
  const auto blank = line.find(' ');
  sys::ServerRequest request;
  request.method = line.substr(0, blank);
  if (blank != std::string_view::npos) request.target = line.substr(blank + 1);
  if (line.size() < text.size()) request.body = text.substr(line.size() + 1);
  request.headers = {{"Content-Type", "application/json"}};
  request.peer = "127.0.0.1";
  return request;
}

void check_whole(const sys::ServerResponse& response) {
  base::check(response.status >= 200 && response.status < 600, "an answer has a status");
  const auto type = sys::header_of(response.headers, "Content-Type");
  if (type.ends_with("json"))
    base::check(codec::parse_json(response.body).has_value(), "an answer is JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  test::ManualClock clock{test::kNow};
  NoLog log;
  auto keeper = flow::Keeper::open(":memory:", {}, clock, log).value();
  web::Site site(*keeper, [](std::string_view) { return web::Role::admin; }, {}, {}, {});
  for (int asked = 0; asked < 16 && !text.empty(); ++asked) {
    const auto end = text.find("\n--\n");
    const auto request = request_in(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 4);
    auto answer = std::make_shared<std::optional<sys::ServerResponse>>();
    site.answer(request, [answer](sys::ServerResponse response) { *answer = std::move(response); });
    keeper->turn();
    // A lease may be waited for, five minutes at most.
    if (!*answer) clock.now_ += std::chrono::seconds(301);
    keeper->turn();
    base::check(answer->has_value(), "every request is answered");
    check_whole(**answer);
  }
  return 0;
}
