// MailTransport: handing a finished mail to a mail server. The one on the network is
// curl_mail_transport.cc (SMTP).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::sys {

struct Envelope {
  std::string server;  // "host" or "host:port"; the port is 25 if none is named
  std::string sender;
  std::vector<std::string> recipients;  // not empty
  std::string text;                     // RFC 5322, lines end in CRLF
  std::chrono::seconds time_max{30};
};

class MailTransport {
 public:
  MailTransport() = default;
  MailTransport(const MailTransport&) = delete;
  MailTransport& operator=(const MailTransport&) = delete;
  virtual ~MailTransport() = default;

  // Success: the server took it, for at least one of the recipients. Errors: invalid (an address
  // that is none), unavailable (nobody there, too slow, broken off), denied (refused).
  virtual base::Result<void> send(const Envelope& envelope) = 0;
};

// One thread at a time.
std::unique_ptr<MailTransport> curl_mail_transport();

}  // namespace sluice::sys
