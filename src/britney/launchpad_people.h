// LaunchpadPeople: at which addresses the people behind an upload may be written to. What they show
// on Launchpad counts, else what their keys say on the key server. Source: migration 4.5.13.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "britney/launchpad_client.h"
#include "britney/message.h"
#include "sys/http_client.h"

namespace sluice::britney {

using Addresses = std::vector<std::string>;

// Those of a key server's machine-readable index ("uid:Jo%20%3Cjo@a.example%3E:..."), in its order,
// without revoked and expired names.
Addresses key_addresses(std::string_view index);

// One plain address: nothing that would make two of it, or a header, in a mail.
bool is_mail_address(std::string_view text);

class LaunchpadPeople {
 public:
  // Both must outlive this.
  LaunchpadPeople(LaunchpadClient& client, sys::HttpClient& http, std::string distribution)
      : client_(client), http_(http), distribution_(std::move(distribution)) {}

  // The addresses of each person who signed or made the upload; nobody twice, nobody without
  // addresses. Nothing: somebody who was asked did not answer, so that it is not known.
  std::optional<std::vector<Addresses>> uploaders_of(std::string_view source,
                                                     std::string_view version);

  // At most one warning a run about the key server. The list is emptied.
  Messages take_messages() { return std::exchange(messages_, {}); }

 private:
  std::optional<Addresses> addresses_of(const std::string& person);
  std::optional<Addresses> addresses_shown(const codec::Value& person);
  std::optional<Addresses> addresses_of_keys(const codec::Value& person);
  std::optional<Addresses> addresses_of_key(const std::string& fingerprint);

  LaunchpadClient& client_;
  sys::HttpClient& http_;
  std::string distribution_;
  Messages messages_;
  bool no_key_server_ = false;
};

}  // namespace sluice::britney
