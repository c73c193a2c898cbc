#include "archive/clearsigned.h"

#include <optional>

#include "base/text.h"

namespace sluice::archive {
namespace {

constexpr std::string_view kMessage = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view kSignature = "-----BEGIN PGP SIGNATURE-----";
constexpr std::string_view kSignedEnd = "-----END PGP SIGNATURE-----";

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // Without its line end; nothing at the end of the text. White space at the end is no part of
  // what is signed, so it counts nowhere.
  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const auto end = rest_.find('\n');
    auto line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    while (!line.empty() && base::is_white(line.back())) line.remove_suffix(1);
    return line;
  }

 private:
  std::string_view rest_;
};

base::Result<void> wrong(std::string_view what) {
  return base::fail(base::ErrorKind::corrupt, std::string(what));
}

}  // namespace

base::Result<void> check_clearsigned(std::string_view text) {
  if (text.contains('\0')) return wrong("a signed text without NUL bytes expected");
  Lines lines(text);
  auto line = lines.next();
  if (line != kMessage) return wrong("a text that begins with its signed part expected");
  for (line = lines.next(); line && !line->empty(); line = lines.next())
    if (!line->starts_with("Hash: ")) return wrong("no header but Hash expected in a signed text");
  for (line = lines.next(); line && *line != kSignature; line = lines.next())
    if (line->starts_with('-') && !line->starts_with("- "))
      return wrong("a line in the signed part begins with a dash that is not escaped");
  if (!line) return wrong("the signed text is cut off: there is no signature");
  for (line = lines.next(); line && *line != kSignedEnd; line = lines.next())
    if (line->starts_with('-')) return wrong("a signature that ends expected");
  if (!line) return wrong("the signature is cut off");
  for (line = lines.next(); line; line = lines.next())
    if (!line->empty()) return wrong("there is text after the signature");
  return {};
}

}  // namespace sluice::archive
