#include "flow/gate_launchpad.h"

#include "flow/send_notices.h"
#include "notify/smtp_mailer.h"

namespace sluice::flow {

void GateLaunchpad::connect(sys::HttpClient* http, const migrate::Settings& settings) {
  if (http == nullptr || settings.rules == migrate::RuleSet::debian) return;
  client_.emplace(*http);
  ppas_.emplace(*client_, settings.distribution, settings.series);
}

void GateLaunchpad::tell(base::Log& log) {
  if (!client_) return;
  for (const auto& message : client_->take_messages()) log.write(message.level, message.text);
}

void GateLaunchpad::send_mail(const britney::Config& config, const migrate::Settings& settings,
                              std::span<const migrate::Excuse> excuses,
                              const MailParties& parties) {
  std::optional<notify::SmtpMailer> mailer;
  if (parties.mail != nullptr) mailer.emplace(*parties.mail, parties.clock, config.email.host);
  send_notices(config, settings, excuses,
               {parties.files, parties.http, client_ ? &*client_ : nullptr,
                mailer ? &*mailer : nullptr, parties.log});
  tell(parties.log);
}

}  // namespace sluice::flow
