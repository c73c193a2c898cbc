#include "notify/smtp_mailer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace sluice::notify {
namespace {

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

// RFC 2047: words of at most 75 characters, never cut within a character of UTF-8.
std::string encoded_words(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  constexpr std::size_t kWordMax = 75 - 2;
  std::string out, word = "=?utf-8?Q?";
  const auto begin_size = word.size();
  for (std::size_t at = 0; at < text.size();) {
    std::string one;
    do {
      const auto byte = static_cast<unsigned char>(text[at++]);
      const bool literal = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= 'a' && byte <= 'z');
      one += literal       ? std::string(1, static_cast<char>(byte))
             : byte == ' ' ? "_"
                           : fmt::format("={:02X}", byte);
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
    if (word.size() + one.size() > kWordMax) {
      out += word + "?=\r\n ";
      word.resize(begin_size);
    }
    word += one;
  }
  return out + word + "?=";
}

// "Fri, 02 Jan 2026 03:04:05 +0000"
std::string date_of(base::Instant now) {
  const auto words = base::asctime_of(now);  // "Fri Jan  2 03:04:05 2026"
  const auto parts = base::split_words(words);
  return fmt::format("{}, {:0>2} {} {} {} +0000", parts[0], parts[2], parts[1], parts[4], parts[3]);
}

}  // namespace

base::Result<std::string> mail_text(const Mail& mail, base::Instant now) {
  auto fields = mail.headers;
  const auto from = mail.from_name.empty()
                        ? mail.from
                        : fmt::format("{} <{}>", encoded_words(mail.from_name), mail.from);
  fields.insert(fields.begin(), {{"From", from},
                                 {"To", base::join(mail.to, ",\r\n ")},
                                 {"Subject", encoded_words(mail.subject)},
                                 {"Date", date_of(now)}});
  fields.insert(fields.end(), {{"MIME-Version", "1.0"},
                               {"Content-Type", "text/plain; charset=utf-8"},
                               {"Content-Transfer-Encoding", "8bit"}});
  const auto bad = [](const std::string& text) { return !is_line(text); };
  if (bad(mail.subject) || bad(mail.from) || bad(mail.from_name) ||
      std::ranges::any_of(mail.to, bad) || std::ranges::any_of(mail.headers, [&](const auto& each) {
        return bad(each.first) || bad(each.second);
      }))
    return base::fail(base::ErrorKind::invalid, "a mail with a line break in a header");
  std::string text;
  for (const auto& [name, value] : fields) text += name + ": " + value + "\r\n";
  auto body = base::replace_all(base::replace_all(mail.body, "\r", ""), "\n", "\r\n");
  if (!body.ends_with("\r\n")) body += "\r\n";
  return text + "\r\n" + body;
}

base::Result<void> SmtpMailer::send(const Mail& mail) {
  auto text = mail_text(mail, clock_.now());
  if (!text) return std::unexpected(std::move(text.error()));
  return transport_.send({server_, mail.from, mail.to, std::move(*text)});
}

}  // namespace sluice::notify
