#include "worker/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "adt/names.h"
#include "base/text.h"
#include "codec/ini.h"

namespace sluice::worker {
namespace {

using base::ErrorKind;
using base::Result;

constexpr const char* kPpaArchive = "https://ppa.launchpadcontent.net";
constexpr const char* kPrivatePpaArchive = "https://private-ppa.launchpadcontent.net";
constexpr const char* kPpaApi = "https://api.launchpad.net/1.0";
constexpr const char* kKeyServer = "https://keyserver.ubuntu.com";

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : base::split_words(text)) words.emplace_back(word);
  return words;
}

// Takes keys out of sections; what is left at the end is unknown.
class Reader {
 public:
  Reader(codec::IniFile file, const Variables& credentials)
      : file_(std::move(file)), credentials_(credentials) {}

  void text(const char* section, const std::string& key, std::string& to) {
    if (auto value = take(section, key)) to = std::move(*value);
  }

  void words(const char* section, const std::string& key, std::vector<std::string>& to) {
    if (const auto value = take(section, key)) to = words_of(*value);
  }

  void seconds(const char* section, const std::string& key, std::chrono::seconds& to) {
    const auto value = take(section, key);
    if (!value) return;
    const auto number = base::parse_int(*value);
    if (!number || *number < 0 || *number > 10'000'000)
      return wrong(section, key, "expected a number of seconds");
    to = std::chrono::seconds(*number);
  }

  void mebibytes(const char* section, const std::string& key, std::uint64_t& to_bytes) {
    const auto value = take(section, key);
    if (!value) return;
    const auto number = base::parse_int(*value);
    if (!number || *number < 0 || *number > 1'000'000'000)
      return wrong(section, key, "expected a number of MiB");
    to_bytes = static_cast<std::uint64_t>(*number) << 20;
  }

  void flag(const char* section, const std::string& key, bool& to) {
    const auto value = take(section, key);
    if (!value) return;
    constexpr std::array<std::string_view, 4> kYes = {"1", "yes", "true", "on"};
    constexpr std::array<std::string_view, 5> kNo = {"0", "no", "false", "off", ""};
    const auto word = base::to_lower(*value);
    to = std::ranges::find(kYes, word) != kYes.end();
    if (!to && std::ranges::find(kNo, word) == kNo.end()) wrong(section, key, "expected yes or no");
  }

  void without_effect(const char* section, const std::string& key, const char* why) {
    if (take(section, key))
      config.problems.push_back(fmt::format("[{}] {} has no effect: {}", section, key, why));
  }

  // Names of queues are made of them, split at '-'.
  void contexts(const char* section, const std::string& key, std::vector<std::string>& to) {
    words(section, key, to);
    for (const auto& context : to)
      if (!adt::check_release(context)) wrong(section, key, "expected contexts without '-'");
    if (to.empty()) wrong(section, key, "expected a context");
  }

  Result<WorkerConfig> finish() {
    if (error_) return std::unexpected(*error_);
    for (const auto& [section, keys] : file_)
      for (const auto& [key, value] : keys)
        config.problems.push_back(
            fmt::format("line {}: unknown key [{}] {}", value.line, section, key));
    return std::move(config);
  }

  WorkerConfig config;

 private:
  std::optional<std::string> take(const char* section, const std::string& key) {
    const auto keys = file_.find(std::string_view(section));
    if (keys == file_.end()) return std::nullopt;
    const auto at = keys->second.find(key);
    if (at == keys->second.end()) return std::nullopt;
    auto filled = fill_macros(at->second.text, credentials_);
    keys->second.erase(at);
    if (!filled) {
      fail(section, key, std::move(filled.error()));
      return std::nullopt;
    }
    config.secrets.insert(config.secrets.end(), filled->used.begin(), filled->used.end());
    return std::move(filled->text);
  }

  void wrong(const char* section, const std::string& key, const char* what) {
    fail(section, key, {ErrorKind::invalid, what, {}});
  }
  void fail(const char* section, const std::string& key, base::Error error) {
    if (!error_)
      error_ = base::fail_with(std::move(error), fmt::format("[{}] {}", section, key)).error();
  }

  codec::IniFile file_;
  const Variables& credentials_;
  std::optional<base::Error> error_;
};

void read_peers_keys(Reader& reader) {
  auto& to = reader.config;
  constexpr const char* kTool = "autopkgtest";
  reader.text(kTool, "checkout_dir", to.checkout_dir);
  reader.text(kTool, "per_package_config_dir", to.per_package_config_dir);
  reader.words(kTool, "releases", to.releases);
  reader.without_effect(kTool, "architectures", "-a and the remotes say for which ones it works");
  reader.text(kTool, "extra_args", to.extra_args);
  reader.text(kTool, "setup_command", to.setup_command);
  reader.text(kTool, "setup_command2", to.setup_command2);
  reader.seconds(kTool, "retry_delay", to.retry_delay);
  reader.flag(kTool, "debug", to.debug);
  constexpr const char* kOrder = "the order of service is the queue's";
  reader.without_effect(kTool, "worker_upstream_percentage", kOrder);
  reader.without_effect(kTool, "stable_release_percentage", kOrder);
  reader.text("virt", "args", to.args);
  reader.text("virt", "package_size_default", to.package_size_default);
  reader.text("virt", "package_size_big", to.package_size_big);
}

void read_our_keys(Reader& reader) {
  auto& to = reader.config;
  constexpr const char* kTool = "autopkgtest";
  for (std::size_t i = 0; i < kTimeLimitNames.size(); ++i)
    reader.seconds(kTool, "timeout_" + std::string(kTimeLimitNames[i]), to.limits[i]);
  reader.seconds(kTool, "run_limit", to.run_limit);
  reader.mebibytes(kTool, "disk_free_min", to.disk_free_min);
  reader.contexts(kTool, "contexts", to.contexts);
  reader.text(kTool, "failure_rules", to.failure_rules);
  reader.text(kTool, "remotes", to.remotes);
  reader.words(kTool, "unsupported", to.unsupported);
  reader.words(kTool, "i386_on_amd64", to.i386_on_amd64);
  reader.text(kTool, "kernel_setup_command", to.kernel_setup_command);
  to.ppa_archive = kPpaArchive;
  to.ppa_private_archive = kPrivatePpaArchive;
  to.ppa_api = kPpaApi;
  to.key_server = kKeyServer;
  reader.text(kTool, "ppa_archive", to.ppa_archive);
  reader.text(kTool, "ppa_private_archive", to.ppa_private_archive);
  reader.text(kTool, "ppa_api", to.ppa_api);
  reader.text(kTool, "key_server", to.key_server);
}

}  // namespace

Result<WorkerConfig> parse_worker_config(std::string_view text, const Variables& credentials) {
  auto file = codec::parse_ini(text);
  if (!file) return std::unexpected(std::move(file.error()));
  Reader reader(std::move(*file), credentials);
  read_peers_keys(reader);
  read_our_keys(reader);
  return reader.finish();
}

}  // namespace sluice::worker
