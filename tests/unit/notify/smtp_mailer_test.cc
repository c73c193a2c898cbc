#include "notify/smtp_mailer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sluice::notify {
namespace {

constexpr auto kNow = base::Instant(std::chrono::seconds(1'767'323'045));

Mail usual() {
  return {.from_name = "Gate",
          .from = "gate@example.org",
          .to = {"jo@example.org", "ada@example.org"},
          .subject = "green is stuck",
          .headers = {{"X-Kind", "notice"}},
          .body = "One\nTwo"};
}

class StandingClock final : public sys::Clock {
 public:
  base::Instant now() override { return kNow; }
};

class KeepingTransport final : public sys::MailTransport {
 public:
  base::Result<void> send(const sys::Envelope& envelope) override {
    sent.push_back(envelope);
    return {};
  }
  std::vector<sys::Envelope> sent;
};

}  // namespace

// migration 4.5.13
TEST_CASE("mailer: headers, an empty line, the body, all with CRLF") {
  CHECK(mail_text(usual(), kNow).value() ==
        "From: Gate <gate@example.org>\r\n"
        "To: jo@example.org,\r\n ada@example.org\r\n"
        "Subject: green is stuck\r\n"
        "Date: Fri, 02 Jan 2026 03:04:05 +0000\r\n"
        "X-Kind: notice\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n"
        "\r\n"
        "One\r\nTwo\r\n");
}

TEST_CASE("mailer: other letters in a subject are encoded, in words that are short enough") {
  auto mail = usual();
  mail.subject = "größe = 1";
  CHECK(mail_text(mail, kNow)->contains("Subject: =?utf-8?Q?gr=C3=B6=C3=9Fe_=3D_1?=\r\n"));

  mail.subject.clear();
  for (int i = 0; i < 50; ++i) mail.subject += "ö";
  const auto text = mail_text(mail, kNow).value();
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find("\r\n", at);
    CHECK(end - at <= 100);
    at = end + 2;
  }
  CHECK_FALSE(text.contains("=C3?="));
}

TEST_CASE("mailer: nobody smuggles a header in") {
  const auto refused = [](auto change) {
    auto mail = usual();
    change(mail);
    return !mail_text(mail, kNow);
  };

  CHECK(refused([](Mail& mail) { mail.subject = "x\r\nBcc: all@example.org"; }));
  CHECK(refused([](Mail& mail) { mail.to[0] = "x@example.org\nBcc: all@example.org"; }));
  CHECK(refused([](Mail& mail) { mail.headers[0].second = "x\n"; }));
  CHECK(refused([](Mail& mail) { mail.from_name = "x\ry"; }));
}

// migration 1.3
TEST_CASE("mailer: the envelope") {
  KeepingTransport transport;
  StandingClock clock;
  SmtpMailer mailer(transport, clock, "mail.example:2525");

  REQUIRE(mailer.send(usual()));

  REQUIRE(transport.sent.size() == 1);
  CHECK(transport.sent[0].server == "mail.example:2525");
  CHECK(transport.sent[0].sender == "gate@example.org");
  CHECK(transport.sent[0].recipients == usual().to);
  CHECK(transport.sent[0].text == mail_text(usual(), kNow).value());

  auto bad = usual();
  bad.subject = "\n";
  CHECK(mailer.send(bad).error().kind == base::ErrorKind::invalid);
  CHECK(transport.sent.size() == 1);
}

}  // namespace sluice::notify
