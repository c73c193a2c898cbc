// The transport against a server that misbehaves on purpose; against a real one:
// tests/contract/mail_test.py.
#include <doctest/doctest.h>

#include <functional>
#include <mutex>
#include <string>

#include "support/loopback.h"
#include "sys/mail_transport.h"

namespace sluice::sys {
namespace {

using base::ErrorKind;

// Answers each line of a client with what `answer` says; "" hangs up. Keeps all that was said.
class SmtpServer {
 public:
  using Answer = std::function<std::string(const std::string&)>;
  explicit SmtpServer(Answer answer)
      : answer_(std::move(answer)), listener_([this](test::Peer& peer) { serve(peer); }) {}

  Envelope envelope() const {
    return {.server = "127.0.0.1:" + std::to_string(listener_.port()),
            .sender = "gate@example.org",
            .recipients = {"jo@example.org", "ada@example.org"},
            .text = "Subject: x\r\n\r\n.dot\r\n",
            .time_max = std::chrono::seconds(1)};
  }
  std::string said() {
    const std::scoped_lock lock(mutex_);
    return said_;
  }

 private:
  void serve(test::Peer& peer) {
    peer.send("220 ready\r\n");
    std::string text;
    bool data = false;
    for (;;) {
      const std::string end = data ? "\r\n.\r\n" : "\r\n";
      if (!peer.read_until(text, [&](const std::string& all) { return all.contains(end); })) return;
      const auto line = text.substr(0, text.find(end) + end.size());
      text.erase(0, line.size());
      {
        const std::scoped_lock lock(mutex_);
        said_ += line;
      }
      const auto reply = answer_(line);
      if (reply.empty()) return;
      data = !data && line == "DATA\r\n" && reply.starts_with("354");
      peer.send(reply);
    }
  }

  Answer answer_;
  std::mutex mutex_;
  std::string said_;
  test::Listener listener_;
};

std::string usual(const std::string& line) {
  return line == "DATA\r\n" ? "354 go on\r\n" : "250 ok\r\n";
}

}  // namespace

TEST_CASE("mail transport: sender, recipients and text, dots kept") {
  SmtpServer server(usual);

  REQUIRE(curl_mail_transport()->send(server.envelope()));

  const auto said = server.said();
  CHECK(said.contains("MAIL FROM:<gate@example.org>"));
  CHECK(said.contains("RCPT TO:<jo@example.org>"));
  CHECK(said.contains("RCPT TO:<ada@example.org>"));
  CHECK(said.contains("Subject: x\r\n\r\n..dot\r\n"));
}

TEST_CASE("mail transport: one recipient that is refused does not cost the others their mail") {
  SmtpServer server([](const std::string& line) {
    return line.contains("<jo@") ? std::string("550 gone\r\n") : usual(line);
  });

  CHECK(curl_mail_transport()->send(server.envelope()));
  CHECK(server.said().contains("DATA\r\n"));
}

TEST_CASE("mail transport: refused, broken off, silent, nobody there") {
  SmtpServer no_one([](const std::string& line) {
    return line.starts_with("RCPT") ? std::string("550 no\r\n") : usual(line);
  });
  SmtpServer no_sender([](const std::string& line) {
    return line.starts_with("MAIL") ? std::string("550 no\r\n") : usual(line);
  });
  SmtpServer no_text([](const std::string& line) {
    return line.contains("Subject") ? std::string("554 spam\r\n") : usual(line);
  });
  SmtpServer cut(
      [](const std::string& line) { return line == "DATA\r\n" ? std::string() : usual(line); });
  test::Listener silent([](test::Peer& peer) { peer.stay_silent(); });
  auto to_silent = cut.envelope(), to_nobody = cut.envelope();
  to_silent.server = "127.0.0.1:" + std::to_string(silent.port());
  to_nobody.server = "127.0.0.1:1";
  const auto transport = curl_mail_transport();

  CHECK(transport->send(no_one.envelope()).error().kind == ErrorKind::denied);
  CHECK(transport->send(no_sender.envelope()).error().kind == ErrorKind::denied);
  CHECK(transport->send(no_text.envelope()).error().kind == ErrorKind::denied);
  CHECK_FALSE(transport->send(cut.envelope()));
  CHECK(transport->send(to_silent).error().kind == ErrorKind::unavailable);
  CHECK(transport->send(to_nobody).error().kind == ErrorKind::unavailable);
}

TEST_CASE("mail transport: what is no address never reaches the server") {
  SmtpServer server(usual);
  for (const auto* bad : {"", "a b@example.org", "a@example.org>\r\nDATA", "a\n@example.org"}) {
    auto envelope = server.envelope();
    envelope.recipients[1] = bad;
    CHECK(curl_mail_transport()->send(envelope).error().kind == ErrorKind::invalid);
  }
  auto nobody = server.envelope();
  nobody.recipients.clear();
  CHECK(curl_mail_transport()->send(nobody).error().kind == ErrorKind::invalid);
  CHECK(server.said().empty());
}

}  // namespace sluice::sys
