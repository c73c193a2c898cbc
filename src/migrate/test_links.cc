#include "migrate/test_links.h"

#include <fmt/format.h>

#include <utility>

#include "adt/run_path.h"
#include "base/text.h"

namespace sluice::migrate {
namespace {

constexpr std::string_view kLogName = "log.gz";

bool is_safe(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool digit = c >= '0' && c <= '9';
  return letter || digit || c == '_' || c == '.' || c == '-' || c == '~';
}

// As browsers send a form: a blank is a plus.
std::string form_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_safe(c))
      out += c;
    else if (c == ' ')
      out += '+';
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string with_slash(std::string url) {
  if (!url.ends_with('/')) url += '/';
  return url;
}

}  // namespace

TestLinks::TestLinks(const AdtSettings& settings, const TestRules& rules, std::string series)
    : settings_(settings), rules_(rules), series_(std::move(series)) {}

std::string TestLinks::log(std::string_view source, std::string_view arch,
                           std::optional<std::string_view> run_id) const {
  const bool debci = settings_.source == ResultSource::debci_file;
  if (!run_id)
    return settings_.ci_url + (debci || rules_.logs_in_swift ? "status/pending" : "running");
  const auto run = fmt::format("{}/{}/{}/{}/{}/{}", series_, arch, adt::pool_prefix(source), source,
                               *run_id, kLogName);
  if (debci) return settings_.ci_url + "data/autopkgtest/" + run;
  const auto container = adt::container_to_read(
      series_, settings_.ppas.empty() ? "" : std::string_view(settings_.ppas.back()));
  const auto root =
      rules_.logs_in_swift ? with_slash(settings_.swift_url) : settings_.ci_url + "results/";
  return root + container + "/" + run;
}

std::string TestLinks::history(std::string_view source, std::string_view arch) const {
  if (!settings_.ppas.empty()) return "";
  // Put together by hand: there is one for every test.
  std::string url = settings_.ci_url;
  url.reserve(url.size() + 2 * source.size() + series_.size() + arch.size() + 16);
  url += "packages/";
  const auto folder = adt::pool_prefix(source);
  for (const std::string_view part : {std::string_view(folder), source, std::string_view(series_)})
    (url += part) += '/';
  url += arch;
  return url;
}

std::string TestLinks::artifacts(std::string_view log_url) const {
  if (settings_.ppas.empty() || !log_url.ends_with(kLogName)) return "";
  return std::string(log_url.substr(0, log_url.size() - kLogName.size())) + "artifacts.tar.gz";
}

std::string TestLinks::retry(std::string_view source, std::string_view arch,
                             std::string_view trigger, std::string_view run_id) const {
  if (settings_.retry_by_run_id) return fmt::format("{}api/v1/retry/{}", settings_.ci_url, run_id);
  auto url = fmt::format("{}request.cgi?release={}&arch={}&package={}&trigger={}", settings_.ci_url,
                         form_encoded(series_), form_encoded(arch), form_encoded(source),
                         form_encoded(trigger));
  // Without the user and token of a private one: everybody reads the excuses.
  for (const std::string_view ppa : settings_.ppas)
    url += "&ppa=" + form_encoded(ppa.substr(ppa.rfind('@') + 1));
  return url;
}

}  // namespace sluice::migrate
