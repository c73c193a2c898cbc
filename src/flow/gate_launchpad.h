// GateLaunchpad: whom a migration run under Ubuntu's rules asks about uploads, and how it writes to
// people. Under Debian's rules it asks and writes to nobody. One thread.
// Source: migration 4.5.11, 4.5.13, 4.5.14.
#pragma once

#include <optional>
#include <span>

#include "base/log.h"
#include "britney/config.h"
#include "britney/launchpad_client.h"
#include "migrate/excuse.h"
#include "migrate/facts.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/http_client.h"
#include "sys/mail_transport.h"

namespace sluice::flow {

class GateLaunchpad {
 public:
  // `http` null: nobody is asked.
  void connect(sys::HttpClient* http, const migrate::Settings& settings);
  // Null: nobody to ask.
  migrate::PpaLookup* lookup() { return ppas_ ? &*ppas_ : nullptr; }
  // Tells the log what went wrong.
  void tell(base::Log& log);

  struct MailParties {
    sys::FileSystem& files;
    sys::HttpClient* http;
    sys::MailTransport* mail;  // null: what would be sent is logged, nothing is written
    sys::Clock& clock;
    base::Log& log;
  };
  void send_mail(const britney::Config& config, const migrate::Settings& settings,
                 std::span<const migrate::Excuse> excuses, const MailParties& parties);

 private:
  std::optional<britney::LaunchpadClient> client_;
  std::optional<britney::LaunchpadPpas> ppas_;
};

}  // namespace sluice::flow
