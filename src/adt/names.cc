#include "adt/names.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace sluice::adt {
namespace {

// No name or version of an archive comes near; Swift's object names end at 1,024 bytes.
constexpr std::size_t kNameMax = 200;
constexpr std::size_t kValueMax = 4096;  // of a variable or URL: more than any command needs

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_lower(c) || is_upper(c) || is_digit(c); }

bool consists_of(std::string_view text, std::string_view more) {
  return std::ranges::all_of(
      text, [&](char c) { return is_alnum(c) || more.find(c) != std::string_view::npos; });
}

base::Result<void> expect(bool holds, std::string_view text, std::string_view expectation) {
  if (holds) return {};
  auto shown = without_credentials(text).substr(0, 80);
  std::ranges::replace_if(shown, base::is_control, '?');
  return base::fail(base::ErrorKind::invalid,
                    "\"" + shown + "\" is no " + std::string(expectation));
}

// Names that become parts of paths: never "..", never hidden.
bool is_name(std::string_view text, std::string_view more) {
  return !text.empty() && text.size() <= kNameMax && is_alnum(text[0]) && consists_of(text, more);
}

}  // namespace

std::string without_credentials(std::string_view text) {
  constexpr std::string_view kEscaped = "\\u0040";  // JSON's other way to write "@"
  std::string out;
  std::size_t word = 0;  // in `out`: where what may be a credential begins
  for (std::size_t at = 0; at < text.size();) {
    const bool escaped = text.substr(at).starts_with(kEscaped);
    const char c = escaped ? '@' : text[at];
    at += escaped ? kEscaped.size() : 1;
    if (c == '@' && word < out.size()) out.replace(word, std::string::npos, "***");
    out += c;
    if (c == '"' || c == '\'' || c == ' ' || base::is_control(c)) word = out.size();
  }
  return out;
}

base::Result<void> check_package(std::string_view text) {
  return expect(is_name(text, ".+-"), text,
                "package name (letters, digits, \".\", \"+\" and \"-\")");
}

base::Result<void> check_tested(std::string_view text) {
  if (auto good = check_package(text); !good) return good;
  const bool is_file =
      text.ends_with(".changes") || text.ends_with(".dsc") || text.ends_with(".deb");
  return expect(!is_file, text,
                "package that can be tested: autopkgtest would look for a file of this name");
}

base::Result<void> check_version(std::string_view text) {
  return expect(!text.empty() && text.size() <= kNameMax && consists_of(text, ".+:~-"), text,
                "version (letters, digits and \".+:~-\")");
}

base::Result<void> check_trigger(std::string_view text) {
  const auto slash = text.find('/');
  const auto good = slash != std::string_view::npos && check_package(text.substr(0, slash)) &&
                    check_version(text.substr(slash + 1));
  return expect(good, text, "trigger (SOURCE/VERSION)");
}

base::Result<void> check_release(std::string_view text) {
  return expect(is_name(text, "."), text, "release name (letters, digits and \".\")");
}

base::Result<void> check_arch(std::string_view text) {
  return expect(is_name(text, ""), text, "architecture (letters and digits)");
}

base::Result<void> check_variable(std::string_view text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  const auto good = equals != std::string_view::npos && !name.empty() &&
                    (is_lower(name[0]) || is_upper(name[0])) && consists_of(name, "_") &&
                    text.size() <= kValueMax && !base::has_controls(text);
  return expect(good, text, "variable (NAME=value on one line)");
}

base::Result<void> check_env(std::string_view text) {
  if (auto good = check_variable(text); !good) return good;
  return expect(!text.starts_with("ADT_TEST_TRIGGERS="), text,
                "variable that may be asked for: the worker sets it to the request's triggers");
}

base::Result<void> check_git(std::string_view text) {
  const bool web = text.starts_with("https://") || text.starts_with("http://");
  const bool good = web && text.size() <= kValueMax && !base::has_controls(text) &&
                    text.find_first_of(" \"'`\\$;|&<>") == std::string_view::npos;
  return expect(good, text, "git URL (http or https, with #BRANCH if needed)");
}

base::Result<void> check_testname(std::string_view text) {
  return expect(is_name(text, ".+-_"), text, "test name (letters, digits, \".+-_\")");
}

base::Result<void> check_ppa(std::string_view text) {
  const auto at = text.rfind('@');
  const auto rest = at == std::string_view::npos ? text : text.substr(at + 1);
  const auto credentials = at == std::string_view::npos ? std::string_view() : text.substr(0, at);
  const auto slash = rest.find('/');
  const auto colon = rest.find(':');
  const auto name =
      slash == std::string_view::npos || colon < slash
          ? std::string_view()
          : rest.substr(slash + 1, colon == std::string_view::npos ? std::string_view::npos
                                                                   : colon - slash - 1);
  const auto print = colon == std::string_view::npos ? "0" : rest.substr(colon + 1);
  const bool good = is_name(rest.substr(0, slash), ".+-") && is_name(name, ".+-") &&
                    is_name(print, "") &&
                    (at == std::string_view::npos ||
                     (credentials.find(':') != std::string_view::npos &&
                      consists_of(credentials, ":._~+-") && credentials.size() <= kNameMax));
  // The text may hold a token: it is not repeated.
  return expect(good, "…", "PPA ([USER:TOKEN@]OWNER/NAME[:FINGERPRINT])");
}

base::Result<void> check_person(std::string_view text) {
  return expect(is_name(text, ".+-_@"), text, "name of a person (letters, digits and \".+-_@\")");
}

}  // namespace sluice::adt
