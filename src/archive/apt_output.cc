// The pure parts of apt_fetch: apt's words, names and settings.
#include <charconv>

#include "archive/apt_fetch.h"
#include "base/text.h"

namespace sluice::archive {

std::string shell_value(std::string_view output, std::string_view name) {
  for (const auto line : base::split(output, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || line.substr(0, equals) != name) continue;
    auto value = base::trim(line.substr(equals + 1));
    if (value.size() >= 2 && value.starts_with('\'') && value.ends_with('\''))
      value = value.substr(1, value.size() - 2);
    return base::replace_all(value, "'\\''", "'");
  }
  return {};
}

std::optional<FetchProgress> parse_status_line(std::string_view line) {
  const auto fields = base::split(line, ':');
  if (fields.size() < 4 || fields[0] != "dlstatus") return std::nullopt;
  FetchProgress progress;
  const auto percent = fields[2];
  const auto read =
      std::from_chars(percent.data(), percent.data() + percent.size(), progress.percent);
  if (read.ec != std::errc()) return std::nullopt;
  // The text may contain colons ("Retrieving ... 3min 2s").
  const auto text_at = static_cast<std::size_t>(fields[3].data() - line.data());
  progress.text = line.substr(text_at);
  return progress;
}

std::string apt_configuration(const std::string& apt_directory, AptTask task) {
  const auto set = [](std::string_view key, const std::string& value) {
    return std::string(key) + " \"" + value + "\";\n";
  };
  std::string out = "// Written for every run; read after the machine's own configuration.\n";
  // Hooks of the machine (cleaning its cache, indexing its software centre) are not for these
  // lists.
  for (const auto* hook : {"Pre-Invoke", "Post-Invoke", "Post-Invoke-Success"})
    out += "#clear APT::Update::" + std::string(hook) + ";\n";
  if (task == AptTask::probe) {
    out += "#clear Acquire::IndexTargets;\n";
    out += set("APT::Get::List-Cleanup", "false");
    out += set("Acquire::Retries", "1");
    out += set("Acquire::http::Timeout", "15") + set("Acquire::https::Timeout", "15");
  }
  out += set("Dir::Etc::sourcelist", "/dev/null");
  out += set("Dir::Etc::sourceparts", apt_directory + "/sources");
  out += set("Dir::State::Lists", apt_directory + "/lists");
  out += set("Dir::Cache", apt_directory + "/cache");
  out += set("Acquire::Languages", "none");
  // Plain text on disk, so that a run maps it instead of decompressing it.
  out += set("Acquire::GzipIndexes", "false");
  // Old lists instead of new ones are our decision, not apt's.
  out += set("APT::Update::Error-Mode", "any");
  // Nobody asks this apt for packages; its own cache would take longer than the whole run.
  out += set("pkgCacheFile::Generate", "false");
  return out;
}

// As URItoFileName of libapt-pkg: no scheme, no credentials, some characters quoted, / becomes _.
std::string list_name(std::string_view uri, std::string_view suite, std::string_view rest) {
  if (const auto colon = uri.find(':'); colon != std::string_view::npos)
    uri.remove_prefix(colon + 1);
  if (uri.starts_with("//")) uri.remove_prefix(2);
  const auto host_end = uri.find('/');
  if (const auto at = uri.substr(0, host_end).rfind('@'); at != std::string_view::npos)
    uri.remove_prefix(at + 1);
  std::string whole(uri);
  ((whole += "/dists/") += suite) += '/';
  whole += rest;
  constexpr std::string_view kQuoted = "\\|{}[]<>\"^~_=!@#$%&*";
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string name;
  for (const char c : whole) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || kQuoted.find(c) != std::string_view::npos) {
      name += '%';
      name += kHex[byte >> 4U];
      name += kHex[byte & 15U];
    } else {
      name += c == '/' ? '_' : c;
    }
  }
  return name;
}

std::string complaint_of(const std::vector<std::string>& lines) {
  std::vector<std::string> complaints;
  for (const auto* prefix : {"E:", "Err:", "W:"})
    for (const auto& line : lines)
      if (line.starts_with(prefix) && complaints.size() < 3) complaints.push_back(line);
  return complaints.empty() ? "no reason given" : base::join(complaints, "; ");
}

}  // namespace sluice::archive
