#include "web/swift_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "results/readers.h"
#include "results/swift_listing.h"
#include "results/temp_url.h"
#include "web/object_answer.h"
#include "web/target.h"

namespace sluice::web {
namespace {

using base::ErrorKind;
using base::Result;
using results::ListAsk;
using results::ListEntry;
using sys::ServerResponse;

// Swift's own.
constexpr std::size_t kLimitMax = 10'000;

struct Question {
  const SwiftApi& api;
  const sys::ServerRequest& request;
  const SwiftCaller& caller;
  base::Instant now;
  Target target;
  std::string path;             // decoded
  std::string container, name;  // "" where the path ends before
};

ServerResponse text_answer(int status, std::string_view text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = std::string(text) + "\n"};
}

// What a stranger must not learn, and britney reads as "no results yet".
ServerResponse refused(const SwiftCaller& caller) {
  if (caller.kind == SwiftCaller::Kind::anonymous)
    return text_answer(401, "this is not for everybody");
  return text_answer(403, "this is not yours");
}

ServerResponse swift_answer(const base::Error& error) {
  switch (error.kind) {
    case ErrorKind::invalid:
    case ErrorKind::not_found: return text_answer(404, "there is no such thing");
    case ErrorKind::unavailable: return text_answer(503, "the store cannot be reached now");
    case ErrorKind::conflict:
    case ErrorKind::denied:
    case ErrorKind::corrupt: return text_answer(500, "the store cannot answer this");
  }
  std::unreachable();
}

bool may_read(const SwiftCaller& caller, const results::Readers& readers) {
  switch (caller.kind) {
    case SwiftCaller::Kind::owner: return true;
    case SwiftCaller::Kind::user:
      return readers.everybody || (!readers.user.empty() && readers.user == caller.name);
    case SwiftCaller::Kind::anonymous: return readers.everybody;
  }
  std::unreachable();
}

// Nothing: go on. A container that is not there looks to strangers like one that is not for them.
std::optional<ServerResponse> refusal_of_container(const Question& question) {
  const auto readers = question.api.store.readers_of(question.container);
  const bool is_owner = question.caller.kind == SwiftCaller::Kind::owner;
  if (!readers && !is_owner && readers.error().kind != ErrorKind::unavailable)
    return refused(question.caller);
  if (!readers) return swift_answer(readers.error());
  if (!may_read(question.caller, *readers)) return refused(question.caller);
  return std::nullopt;
}

bool is_true(std::string_view text) {
  const auto word = base::to_lower(text);
  return word == "true" || word == "1" || word == "yes" || word == "on" || word == "t" ||
         word == "y";
}

bool wants_json(const Question& question) {
  const auto format = question.target.parameter("format");
  if (!format.empty()) return format == "json";
  return sys::header_of(question.request.headers, "Accept").starts_with("application/json");
}

// Lines are names; an empty listing has no body at all.
ServerResponse listing_answer(const Question& question, std::string json, std::string plain) {
  if (wants_json(question))
    return {.status = 200,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}},
            .body = std::move(json)};
  return {.status = plain.empty() ? 204 : 200,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = std::move(plain)};
}

// Errors: invalid, for what Swift answers with 412.
Result<ListAsk> parse_list_ask(const Target& target) {
  ListAsk ask{.prefix = target.parameter("prefix"),
              .marker = target.parameter("marker"),
              .end_marker = target.parameter("end_marker"),
              .limit = kLimitMax};
  const auto delimiter = target.parameter("delimiter");
  if (delimiter.size() > 1) return base::fail(ErrorKind::invalid, "the delimiter is one character");
  if (!delimiter.empty()) ask.delimiter = delimiter[0];
  const auto limit = target.parameter("limit");
  const bool is_number =
      !limit.empty() && limit.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) return ask;  // Swift passes over what is no number
  const auto number = base::parse_int(limit);
  if (!number || static_cast<std::size_t>(*number) > kLimitMax)
    return base::fail(ErrorKind::invalid, fmt::format("the limit is at most {}", kLimitMax));
  ask.limit = static_cast<std::size_t>(*number);
  return ask;
}

// From the end: markers change places, and everything between them is read. Rare, for people.
Result<std::vector<ListEntry>> list_backwards(results::ResultStore& store,
                                              const std::string& container, const ListAsk& ask) {
  auto forward = ask;
  forward.marker = ask.end_marker;
  forward.end_marker = ask.marker;
  forward.limit = kLimitMax;
  std::vector<ListEntry> all;
  for (;;) {
    auto page = store.list(container, forward);
    if (!page) return page;
    const bool is_last = page->size() < forward.limit;
    if (!page->empty()) forward.marker = page->back().name;
    std::ranges::move(*page, std::back_inserter(all));
    if (is_last) break;
  }
  std::erase_if(all, [&](const auto& entry) { return entry.name == ask.marker; });
  std::ranges::reverse(all);
  if (all.size() > ask.limit) all.resize(ask.limit);
  return all;
}

// Swift tells counts here; ours would cost reading the whole container.
ServerResponse answer_container_head(const Question& question) {
  ServerResponse answer{.status = 204, .headers = {}, .body = {}};
  if (question.caller.kind != SwiftCaller::Kind::owner) return answer;
  const auto readers = question.api.store.readers_of(question.container);
  if (!readers) return swift_answer(readers.error());
  answer.headers.emplace_back("X-Container-Read", results::text_of(*readers));
  return answer;
}

ServerResponse answer_container(const Question& question) {
  if (auto refusal = refusal_of_container(question)) return *std::move(refusal);
  if (question.request.method == "HEAD") return answer_container_head(question);
  const auto ask = parse_list_ask(question.target);
  if (!ask) return text_answer(412, ask.error().what);
  auto& store = question.api.store;
  const auto entries = is_true(question.target.parameter("reverse"))
                           ? list_backwards(store, question.container, *ask)
                           : store.list(question.container, *ask);
  if (!entries) return swift_answer(entries.error());
  std::string plain;
  for (const auto& entry : *entries) plain += entry.name + "\n";
  return listing_answer(question, results::render_object_listing(*entries), std::move(plain));
}

ServerResponse answer_account(const Question& question) {
  if (question.caller.kind != SwiftCaller::Kind::owner) return refused(question.caller);
  if (question.request.method == "HEAD") return {.status = 204, .headers = {}, .body = {}};
  const auto ask = parse_list_ask(question.target);
  if (!ask) return text_answer(412, ask.error().what);
  auto names = question.api.store.containers();
  if (!names) return swift_answer(names.error());
  std::erase_if(*names, [&](const auto& name) {
    return !name.starts_with(ask->prefix) || (!ask->marker.empty() && name <= ask->marker) ||
           (!ask->end_marker.empty() && name >= ask->end_marker);
  });
  if (names->size() > ask->limit) names->resize(ask->limit);
  std::string plain;
  for (const auto& name : *names) plain += name + "\n";
  return listing_answer(question, results::render_container_listing(*names), std::move(plain));
}

ServerResponse answer_named_object(const Question& question) {
  const results::TempUrlClaim claim{.method = question.request.method,
                                    .path = question.path,
                                    .signature = question.target.parameter("temp_url_sig"),
                                    .expires = question.target.parameter("temp_url_expires")};
  if (!results::is_granted(claim, question.api.place.temp_url_key, question.now))
    if (auto refusal = refusal_of_container(question)) return *std::move(refusal);
  auto object = question.api.store.get(question.container, question.name);
  if (!object) return swift_answer(object.error());
  return answer_object(std::move(*object), question.request);
}

}  // namespace

ServerResponse serve_swift(const SwiftApi& api, const sys::ServerRequest& request,
                           const SwiftCaller& caller, base::Instant now) {
  if (request.method != "GET" && request.method != "HEAD") {
    auto answer = text_answer(405, "this store is for reading");
    answer.headers.emplace_back("Allow", "GET, HEAD");
    return answer;
  }
  auto target = parse_target(request.target);
  if (!target) return swift_answer(target.error());
  auto path = "/" + base::join(target->path, "/");
  Question question{api, request, caller, now, std::move(*target), std::move(path), {}, {}};
  std::string_view rest = question.path;
  if (!rest.starts_with(api.place.prefix)) return text_answer(404, "there is no such thing");
  rest.remove_prefix(api.place.prefix.size());
  if (rest.empty() || rest == "/") return answer_account(question);
  if (!rest.starts_with('/')) return text_answer(404, "there is no such thing");
  rest.remove_prefix(1);
  const auto slash = rest.find('/');
  question.container = rest.substr(0, slash);
  if (slash == std::string_view::npos || slash + 1 == rest.size())
    return answer_container(question);
  question.name = rest.substr(slash + 1);
  return answer_named_object(question);
}

}  // namespace sluice::web
