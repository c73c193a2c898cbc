#include "notify/compose_mail.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"

namespace sluice::notify {
namespace {

// Both are those of the peer: people filter by them.
constexpr std::string_view kSender = "noreply+proposed-migration@ubuntu.com";
std::pair<std::string, std::string> notice_header() { return {"X-Proposed-Migration", "notice"}; }

Mail mail_of(std::string subject, std::string body, std::vector<std::string> to) {
  return {.from_name = "Migration Gate",
          .from = std::string(kSender),
          .to = std::move(to),
          .subject = std::move(subject),
          .headers = {notice_header()},
          .body = std::move(body)};
}

std::string where_to_look(const std::string& url) {
  return url.empty() ? ""
                     : fmt::format("\nEverything that holds it is listed here:\n\n  {}\n", url);
}

}  // namespace

Mail stuck_mail(const StuckNotice& notice, std::vector<std::string> recipients) {
  auto subject =
      fmt::format("[proposed-migration] {} {} stuck in {}-proposed for {} day{}.", notice.source,
                  notice.version, notice.series, notice.days, notice.days == 1 ? "" : "s");
  auto body =
      fmt::format("{} {} has been waiting in {}-proposed for {} day{} now.\n", notice.source,
                  notice.version, notice.series, notice.days, notice.days == 1 ? "" : "s");
  if (!notice.reasons.empty())
    body += fmt::format("It is held by: {}.\n", base::join(notice.reasons, ", "));
  body += where_to_look(notice.excuses_url);
  body +=
      "\nYou get this mail because you uploaded or sponsored it. Please look at what it needs, or\n"
      "ask for help. While it waits, nobody gets it.\n";
  return mail_of(std::move(subject), std::move(body), std::move(recipients));
}

Mail regression_mail(const RegressionNotice& notice, std::string_view bug) {
  auto subject = fmt::format("Tests that fail with {} {} in {}-proposed", notice.source,
                             notice.version, notice.series);
  auto body = fmt::format(
      "The tests for {} {} in {}-proposed have finished. These passed before and fail with it:\n\n",
      notice.source, notice.version, notice.series);
  for (const auto& test : notice.tests) body += fmt::format("  {}\n", test);
  body += where_to_look(notice.excuses_url);
  body +=
      "\nThe update is not released until somebody found out whether it causes these failures.\n"
      "Please look at them, and write here what you found.\n";
  return mail_of(std::move(subject), std::move(body), {fmt::format("{}@bugs.launchpad.net", bug)});
}

std::string preferred_address(const std::vector<std::string>& addresses) {
  constexpr std::array<std::string_view, 2> kHomes = {"@ubuntu.com", "@canonical.com"};
  for (const auto home : kHomes)
    for (const auto& each : addresses)
      if (base::to_lower(each).ends_with(home)) return each;
  return addresses.empty() ? "" : addresses.front();
}

}  // namespace sluice::notify
