// A Mailer over a mail server. Source: migration 1.3 (EMAIL_HOST), 4.5.13.
#pragma once

#include <string>
#include <utility>

#include "base/time.h"
#include "notify/mailer.h"
#include "sys/clock.h"
#include "sys/mail_transport.h"

namespace sluice::notify {

// The text of RFC 5322 with CRLF: headers, an empty line, the body. Errors: invalid (a line break
// in a header: somebody wants to add headers of his own).
base::Result<std::string> mail_text(const Mail& mail, base::Instant now);

class SmtpMailer final : public Mailer {
 public:
  SmtpMailer(sys::MailTransport& transport, sys::Clock& clock, std::string server)
      : transport_(transport), clock_(clock), server_(std::move(server)) {}

  base::Result<void> send(const Mail& mail) override;

 private:
  sys::MailTransport& transport_;
  sys::Clock& clock_;
  std::string server_;
};

}  // namespace sluice::notify
