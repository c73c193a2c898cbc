// Mailer: the port through which the gate writes to people.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sluice::notify {

struct Mail {
  std::string from_name;                                     // may be ""
  std::string from;                                          // address
  std::vector<std::string> to;                               // addresses, not empty
  std::string subject;                                       // UTF-8, one line
  std::vector<std::pair<std::string, std::string>> headers;  // further ones, ASCII
  std::string body;                                          // UTF-8, lines end in "\n"

  friend bool operator==(const Mail&, const Mail&) = default;
};

class Mailer {
 public:
  Mailer() = default;
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;
  virtual ~Mailer() = default;

  // Errors: those of sys::MailTransport; invalid for a header with a line break.
  virtual base::Result<void> send(const Mail& mail) = 0;
};

}  // namespace sluice::notify
