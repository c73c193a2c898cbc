#include "results/swift_result_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "codec/digest.h"
#include "codec/html.h"
#include "results/object_head.h"
#include "results/object_names.h"
#include "results/readers.h"
#include "results/swift_listing.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;
using sys::HttpMethod;

// Slower than a megabyte a second is broken.
std::chrono::seconds time_for(std::size_t bytes) {
  return std::chrono::seconds(30 + static_cast<std::int64_t>(bytes >> 20));
}

std::string path_of(std::string_view container, std::string_view name = {}) {
  auto path = "/" + codec::percent_encode(container, codec::Slash::encode);
  if (!name.empty()) path += "/" + codec::percent_encode(name, codec::Slash::keep);
  return path;
}

std::string query_of(const ListAsk& ask, std::size_t limit) {
  std::string query = "format=json";
  const auto add = [&](std::string_view key, std::string_view value) {
    if (!value.empty())
      query += fmt::format("&{}={}", key, codec::percent_encode(value, codec::Slash::encode));
  };
  add("prefix", ask.prefix);
  if (ask.delimiter != '\0') add("delimiter", std::string(1, ask.delimiter));
  add("marker", ask.marker);
  add("end_marker", ask.end_marker);
  if (limit > 0) add("limit", std::to_string(limit));
  return query;
}

// The ETag of an object in one piece; quotes and suffixes mark others.
ObjectHead head_of(const sys::HttpResponse& response) {
  const auto header = [&](std::string_view name) {
    return std::string(sys::header_of(response.headers, name));
  };
  const auto seconds = header("X-Timestamp");
  return ObjectHead{
      .size = static_cast<std::uint64_t>(base::parse_int(header("Content-Length")).value_or(0)),
      .etag = header("ETag"),
      .content_type = header("Content-Type"),
      .content_encoding = header("Content-Encoding"),
      .modified_seconds = base::parse_int(seconds.substr(0, seconds.find('.'))).value_or(0)};
}

std::unexpected<base::Error> unexpected_status(std::string_view what, int status) {
  return fail(ErrorKind::unavailable, fmt::format("{}: unexpected status {}", what, status));
}

bool is_one_of(int status, std::initializer_list<int> expected) {
  return std::ranges::find(expected, status) != expected.end();
}

}  // namespace

SwiftResultStore::SwiftResultStore(SwiftAccount& account, SwiftLimits limits)
    : account_(account), limits_(limits) {}

Result<void> SwiftResultStore::ensure_container(const std::string& container,
                                                const Readers& readers) {
  if (auto fine = check_container_name(container); !fine) return fine;
  if (auto fine = check_readers(readers); !fine) return fine;
  // Swift would set the readers of one that is there: a request must not open what another's
  // results lie in.
  const auto there = readers_of(container);
  if (there) return check_admits(*there, readers, container);
  if (there.error().kind != ErrorKind::not_found) return std::unexpected(there.error());
  const auto made = account_.ask({.method = HttpMethod::put,
                                  .path = path_of(container),
                                  .headers = {{"X-Container-Read", results::text_of(readers)}}});
  if (!made) return std::unexpected(made.error());
  if (!is_one_of(made->status, {201, 202}))
    return unexpected_status("making container " + container, made->status);
  // Servers agree on a new container a little later, and somebody else may have made it meanwhile.
  for (int looks = 1;; ++looks) {
    const auto seen = readers_of(container);
    if (seen) return check_admits(*seen, readers, container);
    if (seen.error().kind != ErrorKind::not_found) return std::unexpected(seen.error());
    if (looks == limits_.container_looks)
      return fail(ErrorKind::unavailable,
                  "container " + container + " is not there after it was made");
    account_.waiter().wait(limits_.between_looks);
  }
}

Result<void> SwiftResultStore::put(const std::string& container, const std::string& name,
                                   const Object& object) {
  if (auto fine = check_container_name(container); !fine) return fine;
  if (auto fine = check_object_name(name); !fine) return fine;
  const auto etag = codec::md5_hex(object.bytes);
  SwiftAsk ask{.method = HttpMethod::put,
               .path = path_of(container, name),
               .headers = {{"Content-Type", object.head.content_type},
                           {"ETag", etag},
                           {"If-None-Match", "*"}},
               .body = object.bytes,
               .time_max = time_for(object.bytes.size())};
  if (!object.head.content_encoding.empty())
    ask.headers.emplace_back("Content-Encoding", object.head.content_encoding);
  const auto response = account_.ask(ask);
  if (!response) return std::unexpected(response.error());
  const auto what = fmt::format("object {} in container {}", name, container);
  if (response->status == 201) return {};
  if (response->status == 404) return fail(ErrorKind::not_found, "no container " + container);
  if (response->status != 412) return unexpected_status("putting " + what, response->status);
  // There already: by an earlier try whose answer was lost, or by somebody else.
  const auto there = head(container, name);
  if (!there) return std::unexpected(there.error());
  if (there->etag == etag && there->size == object.bytes.size()) return {};
  return fail(ErrorKind::conflict, what + " has other bytes");
}

Result<sys::HttpResponse> SwiftResultStore::ask_object(HttpMethod method,
                                                       const std::string& container,
                                                       const std::string& name) {
  if (auto fine = check_container_name(container); !fine) return std::unexpected(fine.error());
  if (auto fine = check_object_name(name); !fine) return std::unexpected(fine.error());
  auto response = account_.ask({.method = method,
                                .path = path_of(container, name),
                                .time_max = time_for(limits_.object_max),
                                .body_max = limits_.object_max});
  if (!response || is_one_of(response->status, {200, 204})) return response;
  const auto what = fmt::format("object {} in container {}", name, container);
  if (response->status == 404) return fail(ErrorKind::not_found, "no " + what);
  return unexpected_status(what, response->status);
}

Result<Object> SwiftResultStore::get(const std::string& container, const std::string& name) {
  auto response = ask_object(HttpMethod::get, container, name);
  if (!response) return std::unexpected(std::move(response.error()));
  Object object{.head = head_of(*response), .bytes = std::move(response->body)};
  object.head.size = object.bytes.size();
  if (is_md5(object.head.etag) && codec::md5_hex(object.bytes) != object.head.etag)
    return fail(ErrorKind::corrupt, fmt::format("object {} in container {} has not the MD5 {}",
                                                name, container, object.head.etag));
  return object;
}

Result<ObjectHead> SwiftResultStore::head(const std::string& container, const std::string& name) {
  const auto response = ask_object(HttpMethod::head, container, name);
  if (!response) return std::unexpected(response.error());
  return head_of(*response);
}

Result<void> SwiftResultStore::remove(const std::string& container, const std::string& name) {
  const auto response = ask_object(HttpMethod::remove, container, name);
  if (!response) return std::unexpected(response.error());
  return {};
}

Result<std::vector<ListEntry>> SwiftResultStore::list_page(const std::string& container,
                                                           const ListAsk& ask) {
  // Servers refuse limits above their own: a large one is not sent.
  const bool is_small = ask.limit < limits_.full_page;
  SwiftAsk question{.path = path_of(container), .query = query_of(ask, is_small ? ask.limit : 0)};
  const auto response = account_.ask(question);
  if (!response) return std::unexpected(response.error());
  if (response->status == 204) return std::vector<ListEntry>{};
  if (response->status == 404) return fail(ErrorKind::not_found, "no container " + container);
  if (response->status != 200)
    return unexpected_status("listing container " + container, response->status);
  auto entries = parse_object_listing(response->body);
  if (!entries) return base::fail_with(std::move(entries.error()), "container " + container);
  return entries;
}

Result<std::vector<ListEntry>> SwiftResultStore::list(const std::string& container,
                                                      const ListAsk& ask) {
  if (auto fine = check_container_name(container); !fine) return std::unexpected(fine.error());
  std::vector<ListEntry> all;
  auto page_ask = ask;
  while (all.size() < ask.limit) {
    page_ask.limit = ask.limit - all.size();
    auto page = list_page(container, page_ask);
    if (!page) return page;
    // A server that does not know markers would send the same page for ever.
    const bool is_last = page->size() < std::min(limits_.full_page, page_ask.limit) ||
                         page->empty() || page->back().name <= page_ask.marker;
    if (!page->empty()) page_ask.marker = page->back().name;
    std::ranges::move(*page, std::back_inserter(all));
    if (is_last) break;
  }
  if (all.size() > ask.limit) all.resize(ask.limit);
  return all;
}

Result<std::vector<std::string>> SwiftResultStore::containers() {
  std::vector<std::string> all;
  for (;;) {
    const auto response =
        account_.ask({.query = query_of({.marker = all.empty() ? "" : all.back()}, 0)});
    if (!response) return std::unexpected(response.error());
    if (response->status == 204) return all;
    if (response->status != 200) return unexpected_status("listing the account", response->status);
    auto page = parse_container_listing(response->body);
    if (!page) return base::fail_with(std::move(page.error()), "the account");
    const bool is_last =
        page->size() < limits_.full_page || (!all.empty() && page->back() <= all.back());
    std::ranges::move(*page, std::back_inserter(all));
    if (is_last) break;
  }
  std::ranges::sort(all);
  const auto twice = std::ranges::unique(all);
  all.erase(twice.begin(), twice.end());
  return all;
}

Result<Readers> SwiftResultStore::readers_of(const std::string& container) {
  if (auto fine = check_container_name(container); !fine) return std::unexpected(fine.error());
  const auto response = account_.ask({.method = HttpMethod::head, .path = path_of(container)});
  if (!response) return std::unexpected(response.error());
  if (response->status == 404) return fail(ErrorKind::not_found, "no container " + container);
  if (!is_one_of(response->status, {200, 204}))
    return unexpected_status("container " + container, response->status);
  return parse_readers(sys::header_of(response->headers, "X-Container-Read"));
}

Result<void> SwiftResultStore::set_temp_url_key(const std::string& key) {
  const auto response =
      account_.ask({.method = HttpMethod::post, .headers = {{"X-Account-Meta-Temp-URL-Key", key}}});
  if (!response) return std::unexpected(response.error());
  if (!is_one_of(response->status, {201, 202, 204}))
    return unexpected_status("setting the key of temporary URLs", response->status);
  return {};
}

}  // namespace sluice::results
