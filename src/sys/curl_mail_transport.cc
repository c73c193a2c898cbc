#include <curl/curl.h>

#include <algorithm>
#include <string_view>

#include "base/check.h"
#include "sys/mail_transport.h"

namespace sluice::sys {
namespace {

using base::ErrorKind;

std::size_t give_bytes(char* to, std::size_t size, std::size_t count, void* text) {
  auto& left = *static_cast<std::string_view*>(text);
  const auto bytes = std::min(size * count, left.size());
  std::ranges::copy(left.substr(0, bytes), to);
  left.remove_prefix(bytes);
  return bytes;
}

// Whatever could end the command of the protocol that the address stands in.
bool is_address(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '<' || c == '>';
  });
}

class Recipients {
 public:
  explicit Recipients(const std::vector<std::string>& addresses) {
    for (const auto& each : addresses) list_ = curl_slist_append(list_, ("<" + each + ">").c_str());
  }
  Recipients(const Recipients&) = delete;
  Recipients& operator=(const Recipients&) = delete;
  ~Recipients() { curl_slist_free_all(list_); }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

base::Result<void> result_of(CURLcode code, const Envelope& envelope) {
  if (code == CURLE_OK) return {};
  // After the greeting of the protocol these mean that the server said no.
  const bool refused = code == CURLE_SEND_ERROR || code == CURLE_LOGIN_DENIED ||
                       code == CURLE_REMOTE_ACCESS_DENIED || code == CURLE_WEIRD_SERVER_REPLY;
  return base::fail(
      refused ? ErrorKind::denied : ErrorKind::unavailable,
      "cannot send mail through " + envelope.server + ": " + curl_easy_strerror(code));
}

class CurlMailTransport final : public MailTransport {
 public:
  base::Result<void> send(const Envelope& envelope) override {
    if (envelope.recipients.empty()) return base::fail(ErrorKind::invalid, "a mail to nobody");
    for (const auto& each : envelope.recipients)
      if (!is_address(each)) return base::fail(ErrorKind::invalid, "no mail address: " + each);
    if (!is_address(envelope.sender) || !is_address(envelope.server))
      return base::fail(ErrorKind::invalid, "no sender or no server for a mail");
    const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), &curl_easy_cleanup);
    base::check(handle != nullptr, "libcurl can be initialised");
    const Recipients recipients(envelope.recipients);
    const auto sender = "<" + envelope.sender + ">";
    std::string_view left = envelope.text;
    curl_easy_setopt(handle.get(), CURLOPT_URL, ("smtp://" + envelope.server + "/").c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "smtp");
    curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");  // the machine's is for the web
    curl_easy_setopt(handle.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_NONE));
    curl_easy_setopt(handle.get(), CURLOPT_MAIL_FROM, sender.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT, recipients.get());
    // One address that is gone must not cost the others their mail.
    curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_READFUNCTION, &give_bytes);
    curl_easy_setopt(handle.get(), CURLOPT_READDATA, &left);
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, static_cast<long>(envelope.time_max.count()));
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    return result_of(curl_easy_perform(handle.get()), envelope);
  }
};

}  // namespace

std::unique_ptr<MailTransport> curl_mail_transport() {
  return std::make_unique<CurlMailTransport>();
}

}  // namespace sluice::sys
