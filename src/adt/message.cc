#include "adt/message.h"

#include <algorithm>
#include <cmath>

#include "adt/names.h"
#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"

namespace sluice::adt {
namespace {

using base::ErrorKind;
using base::fail;

using Check = base::Result<void> (*)(std::string_view);

base::Result<void> no_check(std::string_view) { return {}; }

// A list of texts; one text stands for a list of one. Empty ones are none: forms send what nobody
// filled in.
base::Result<std::vector<std::string>> texts_of(const codec::Value& value, Check check) {
  std::vector<std::string> texts;
  const codec::List single{value};
  const auto* list = value.list();
  for (const auto& entry : list == nullptr ? single : *list) {
    const auto* text = entry.string();
    if (text == nullptr) return fail(ErrorKind::invalid, "expected texts");
    if (text->empty()) continue;
    if (auto good = check(*text); !good) return std::unexpected(good.error());
    texts.push_back(*text);
  }
  return texts;
}

// Files of Debian's peer carry all triggers as one text with blanks.
base::Result<std::vector<std::string>> triggers_in(const codec::Value& value) {
  auto texts = texts_of(value, no_check);
  if (!texts) return texts;
  std::vector<std::string> triggers;
  for (const auto& text : *texts)
    for (const auto word : base::split_words(text)) {
      if (auto good = check_trigger(word); !good) return std::unexpected(good.error());
      triggers.emplace_back(word);
    }
  return triggers;
}

// "URL branch" is an old form of "URL#branch", with any number of blanks.
base::Result<std::string> git_in(const codec::Value& value) {
  const auto* text = value.string();
  if (text == nullptr) return fail(ErrorKind::invalid, "expected a text");
  const auto words = base::split_words(*text);
  auto url = base::join(words, words.size() == 2 ? "#" : " ");
  if (auto good = check_git(url); !good) return std::unexpected(good.error());
  return url;
}

base::Result<std::string> checked_text_in(const codec::Value& value, Check check) {
  const auto* text = value.string();
  if (text == nullptr) return fail(ErrorKind::invalid, "expected a text");
  if (text->empty()) return *text;
  if (auto good = check(*text); !good) return std::unexpected(good.error());
  return *text;
}

base::Result<void> one_line(std::string_view text) {
  if (text.size() <= 200 && !base::has_controls(text)) return {};
  return fail(ErrorKind::invalid, "expected one short line");
}

// debci's `[WHAT…, SUITE]`.
base::Result<void> read_pins(RequestMessage& message, const codec::Value& value) {
  const auto* list = value.list();
  if (list == nullptr) return fail(ErrorKind::invalid, "expected a list");
  for (const auto& entry : *list) {
    const auto* whole = entry.list();
    auto words = texts_of(entry, one_line);
    if (!words) return std::unexpected(words.error());
    // With one left out, a package would become the suite.
    if (words->size() < 2 || whole == nullptr || whole->size() != words->size())
      return fail(ErrorKind::invalid, "expected packages and a suite");
    auto suite = std::move(words->back());
    words->pop_back();
    if (std::ranges::any_of(message.pins, [&](const auto& pin) { return pin.first == suite; }))
      return fail(ErrorKind::invalid, "suite " + suite + " is named twice");
    message.pins.emplace_back(std::move(suite), std::move(*words));
  }
  std::ranges::sort(message.pins);
  return {};
}

// Only shown: whatever a producer writes there, its request counts. Source: autopkgtest 1.6.
base::Result<void> read_time(std::string& into, const codec::Value& value) {
  if (const auto* text = value.string()) into = *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) into = std::to_string(*whole);
  if (const auto* part = std::get_if<double>(&value); part != nullptr && std::abs(*part) < 1e15)
    into = std::to_string(static_cast<std::int64_t>(*part));
  if (!one_line(into)) into.clear();
  return {};
}

template <class T>
base::Result<void> take(T& into, base::Result<T> from) {
  if (!from) return std::unexpected(from.error());
  into = std::move(*from);
  return {};
}

base::Result<void> read_key(RequestMessage& m, std::string_view key, const codec::Value& value) {
  if (key == "triggers") return take(m.triggers, triggers_in(value));
  if (key == "ppas") return take(m.ppas, texts_of(value, check_ppa));
  if (key == "env") return take(m.env, texts_of(value, check_variable));
  if (key == "test-git") return take(m.test_git, git_in(value));
  if (key == "build-git") return take(m.build_git, git_in(value));
  if (key == "test-bzr") return take(m.test_bzr, checked_text_in(value, one_line));
  if (key == "testname") return take(m.testname, checked_text_in(value, check_testname));
  if (key == "requester") return take(m.requester, checked_text_in(value, one_line));
  if (key == "submit-time") return read_time(m.submit_time, value);
  if (key == "uuid") return take(m.uuid, checked_text_in(value, one_line));
  if (key == "readable-by") return take(m.readable_by, texts_of(value, check_person));
  if (key == "swiftuser") return take(m.swiftuser, checked_text_in(value, check_person));
  if (key == "pin-packages") return read_pins(m, value);
  if (key == "all-proposed") m.all_proposed = true;  // any value counts
  return {};
}

bool has_credentials(const std::string& ppa) { return ppa.find('@') != std::string::npos; }

base::Result<RequestMessage> finish(RequestMessage message) {
  const auto sources = int(!message.test_git.empty()) + int(!message.build_git.empty()) +
                       int(!message.test_bzr.empty());
  if (sources > 1)
    return fail(ErrorKind::invalid, "test-git, build-git and test-bzr exclude each other");
  // Its results would have no reader, or worse, every reader. Source: autopkgtest 1.4.
  if (std::ranges::any_of(message.ppas, has_credentials) && message.swiftuser.empty() &&
      message.readable_by.empty())
    return fail(ErrorKind::invalid, "a private PPA needs swiftuser or readable-by");
  return message;
}

// What a stranger may not ask for. Apart, because rows of an older program have it.
base::Result<RequestMessage> check_new(base::Result<RequestMessage> message) {
  if (!message) return message;
  if (auto good = check_tested(message->package); !good) return std::unexpected(good.error());
  for (const auto& variable : message->env)
    if (auto good = check_env(variable); !good)
      return base::fail_with(good.error(), "parameter env");
  return message;
}

// Nothing was said. Of `all-proposed` any value counts. Source: autopkgtest 1.6.
bool is_absent(std::string_view key, const codec::Value& value) {
  if (std::holds_alternative<std::nullptr_t>(value)) return true;
  const auto* text = value.string();
  return text != nullptr && base::trim(*text).empty() && key != "all-proposed";
}

base::Result<RequestMessage> read_any(std::string_view package, const codec::Value& json) {
  RequestMessage message;
  if (auto good = check_package(package); !good) return std::unexpected(good.error());
  message.package = package;
  const auto* map = json.map();
  if (map == nullptr) return fail(ErrorKind::invalid, "parameters: expected a JSON object");
  for (const auto& [key, entry] : *map) {
    if (is_absent(key, entry)) continue;
    if (auto good = read_key(message, key, entry); !good)
      return base::fail_with(good.error(), "parameter " + key);
  }
  return finish(std::move(message));
}

codec::List pin_list(const RequestMessage& message) {
  codec::List pins;
  for (const auto& [suite, what] : message.pins) {
    auto words = codec::list_of(what);
    words.emplace_back(suite);
    pins.emplace_back(std::move(words));
  }
  return pins;
}

void put(codec::Map& map, std::string_view key, const std::vector<std::string>& texts) {
  if (!texts.empty()) map.emplace(key, codec::list_of(texts));
}

void put(codec::Map& map, std::string_view key, const std::string& text) {
  if (!text.empty()) map.emplace(key, text);
}

}  // namespace

bool RequestMessage::is_private() const {
  return std::ranges::any_of(ppas, has_credentials) || !swiftuser.empty() || !readable_by.empty();
}

bool RequestMessage::is_of_source(std::string_view source) const {
  const bool is_of_branch = !test_git.empty() || !build_git.empty() || !test_bzr.empty();
  return source == package || (is_of_branch && !ppas.empty());
}

std::string QueueName::text() const {
  return "debci-" + (context.empty() ? "" : context + "-") + release + "-" + arch;
}

base::Result<QueueName> parse_queue_name(std::string_view text) {
  const auto words = base::split(text, '-');
  if (words.size() != 3 && words.size() != 4)
    return fail(ErrorKind::invalid, "queue \"" + std::string(text.substr(0, 80)) +
                                        "\" is not of the form debci-[CONTEXT-]RELEASE-ARCH");
  QueueName name;
  if (words.size() == 4) name.context = words[1];
  name.release = words[words.size() - 2];
  name.arch = words.back();
  if (auto good = check_release(name.release); !good) return std::unexpected(good.error());
  if (auto good = check_arch(name.arch); !good) return std::unexpected(good.error());
  if (!name.context.empty())
    if (auto good = check_release(name.context); !good) return std::unexpected(good.error());
  return name;
}

base::Result<RequestMessage> parse_message(std::string_view body) {
  const auto end = std::min(body.find_first_of(" \t\r\n"), body.size());
  return check_new(parse_message(body.substr(0, end), base::trim(body.substr(end))));
}

base::Result<RequestMessage> parse_message(std::string_view package, std::string_view json) {
  if (json.empty()) return read_any(package, codec::Map());
  const auto value = codec::parse_json(json);
  if (!value) {
    if (auto good = check_package(package); !good) return std::unexpected(good.error());
    return fail(ErrorKind::invalid, "parameters: " + value.error().text());
  }
  return read_any(package, *value);
}

base::Result<RequestMessage> read_message(std::string_view package, const codec::Value& json) {
  return check_new(read_any(package, json));
}

codec::Map params_of(const RequestMessage& m) {
  codec::Map map;
  put(map, "triggers", m.triggers);
  put(map, "ppas", m.ppas);
  put(map, "env", m.env);
  put(map, "test-git", m.test_git);
  put(map, "build-git", m.build_git);
  put(map, "test-bzr", m.test_bzr);
  put(map, "testname", m.testname);
  put(map, "requester", m.requester);
  put(map, "submit-time", m.submit_time);
  put(map, "uuid", m.uuid);
  put(map, "readable-by", m.readable_by);
  put(map, "swiftuser", m.swiftuser);
  if (m.all_proposed) map.emplace("all-proposed", "1");
  if (!m.pins.empty()) map.emplace("pin-packages", pin_list(m));
  return map;
}

std::string message_json(const RequestMessage& message) {
  return codec::to_json(params_of(message), codec::JsonStyle::compact);
}

std::string message_body(const RequestMessage& message) {
  return message.package + "\n" + message_json(message);
}

// The first trigger is the primary one, so only the others have no order; apt sources have one.
std::string request_key(const RequestMessage& message, const QueueName& queue) {
  auto same = message;
  same.requester.clear();
  same.submit_time.clear();
  same.uuid.clear();
  // Readers stay: who asks for a public run is not served with a private one.
  std::ranges::sort(same.readable_by);
  std::ranges::sort(same.env);
  if (same.triggers.size() > 2) std::sort(same.triggers.begin() + 1, same.triggers.end());
  return codec::sha256_hex(queue.release + " " + queue.arch + " " + message_body(same));
}

}  // namespace sluice::adt
