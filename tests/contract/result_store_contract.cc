#include "contract/result_store_contract.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "codec/digest.h"

namespace sluice::test {
namespace {

using base::ErrorKind;
using results::ListAsk;
using results::Object;
using results::Readers;
using results::ResultStore;
using Names = std::vector<std::string>;

// Nothing: it went well.
template <class T>
std::optional<ErrorKind> failure_of(const base::Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().kind;
}

Object text(const std::string& bytes) {
  Object object;
  object.bytes = bytes;
  return object;
}

void make(ResultStore& store, const std::string& container, const Names& names = {}) {
  REQUIRE(store.ensure_container(container, Readers{}));
  for (const auto& name : names) REQUIRE(store.put(container, name, text(name)));
}

Names list(ResultStore& store, const std::string& container, const ListAsk& ask) {
  const auto entries = store.list(container, ask);
  REQUIRE(entries);
  Names names;
  for (const auto& entry : *entries) {
    CHECK(entry.directory == (ask.delimiter != '\0' && entry.name.ends_with(ask.delimiter)));
    names.push_back(entry.name);
  }
  return names;
}

// Every page of a listing with these few lines each.
Names list_pages(ResultStore& store, const std::string& container, ListAsk ask) {
  Names all;
  for (;;) {
    const auto page = list(store, container, ask);
    if (page.empty()) return all;
    all.insert(all.end(), page.begin(), page.end());
    ask.marker = page.back();
    REQUIRE(all.size() < 100);
  }
}

// testgrid 1.4
void whoever_is_asked_may_stop_it(ResultStore& store, const std::string& container) {
  make(store, container);
  store.ask_while_waiting([] { return false; });
  const auto stopped = store.put(container, "x", text("x"));
  store.ask_while_waiting([] { return true; });
  const auto put = store.put(container, "x", text("x"));
  store.ask_while_waiting(nullptr);
  const auto again = store.put(container, "x", text("x"));

  // A store that waits for nobody asks nobody.
  CHECK((stopped || stopped.error().kind == ErrorKind::unavailable));
  CHECK(put);
  CHECK(again);
}

// autopkgtest 3
void container_is_made_once(ResultStore& store, const std::string& container) {
  make(store, container);
  make(store, container);

  const auto all = store.containers();
  REQUIRE(all);
  CHECK(std::ranges::count(*all, container) == 1);
  CHECK(std::ranges::is_sorted(*all));
  CHECK(list(store, container, {}).empty());
}

// autopkgtest 2.7, 3
void readers_are_kept(ResultStore& store, const std::string& container) {
  const std::pair<std::string, Readers> cases[] = {{"-all", {.everybody = true, .user = ""}},
                                                   {"-jo", {.everybody = false, .user = "jo"}},
                                                   {"-none", {.everybody = false, .user = ""}}};
  for (const auto& [name, readers] : cases) {
    REQUIRE(store.ensure_container(container + name, readers));
    const auto found = store.readers_of(container + name);
    REQUIRE(found);
    CHECK(found->everybody == readers.everybody);
    CHECK(found->user == readers.user);
  }
  CHECK(failure_of(store.ensure_container(container, {.everybody = false, .user = "a,.r:*"})) ==
        ErrorKind::invalid);
}

// autopkgtest 2.7; testgrid 7.5: A19
void readers_stay_those_of_the_first(ResultStore& store, const std::string& container) {
  const Readers all, jo{.everybody = false, .user = "jo"};
  const auto open = container + "-open";
  REQUIRE(store.ensure_container(container, jo));
  REQUIRE(store.ensure_container(open, all));

  CHECK(store.ensure_container(container, jo));
  CHECK(store.ensure_container(container, all));  // fewer may read than might
  for (const auto* user : {"mallory", ""})
    CHECK(failure_of(store.ensure_container(container, {.everybody = false, .user = user})) ==
          ErrorKind::conflict);
  CHECK(failure_of(store.ensure_container(open, jo)) == ErrorKind::conflict);

  const auto found = store.readers_of(container), others = store.readers_of(open);
  REQUIRE(found);
  REQUIRE(others);
  CHECK_FALSE(found->everybody);
  CHECK(found->user == "jo");
  CHECK(others->everybody);
}

// autopkgtest 2.7, 3
void object_is_read_as_it_was_put(ResultStore& store, const std::string& container) {
  make(store, container);
  Object log = text(std::string("\x1f\x8b\0\r\n\xff", 6));
  log.head.content_type = "text/plain; charset=UTF-8";
  log.head.content_encoding = "gzip";

  REQUIRE(store.put(container, "r/log.gz", log));
  REQUIRE(store.put(container, "r/empty", text("")));

  const auto found = store.get(container, "r/log.gz");
  REQUIRE(found);
  CHECK(found->bytes == log.bytes);
  CHECK(found->head.size == 6);
  CHECK(found->head.etag == codec::md5_hex(log.bytes));
  CHECK(found->head.content_type == "text/plain; charset=UTF-8");
  CHECK(found->head.content_encoding == "gzip");
  CHECK(store.head(container, "r/log.gz") == found->head);
  const auto empty = store.get(container, "r/empty");
  REQUIRE(empty);
  CHECK(empty->bytes.empty());
  CHECK(empty->head.content_type == "application/octet-stream");
  CHECK(empty->head.content_encoding.empty());
}

// autopkgtest 3
void put_again_changes_nothing(ResultStore& store, const std::string& container) {
  make(store, container, {"r/x"});

  CHECK(store.put(container, "r/x", text("r/x")));
  CHECK(failure_of(store.put(container, "r/x", text("other"))) == ErrorKind::conflict);
  CHECK(store.get(container, "r/x")->bytes == "r/x");
}

// testgrid 1.4 (read back and verify)
void a_head_tells_what_is_there(ResultStore& store, const std::string& container) {
  make(store, container);
  for (const auto* bytes : {"what was sent", "what another sent", ""}) {
    CAPTURE(bytes);
    REQUIRE(store.put(container, "r/result.tar", text(bytes)));

    const auto head = store.head(container, "r/result.tar");
    REQUIRE(head);
    CHECK(head->size == std::string(bytes).size());
    CHECK(head->etag == codec::md5_hex(bytes));

    REQUIRE(store.remove(container, "r/result.tar"));
    CHECK(failure_of(store.head(container, "r/result.tar")) == ErrorKind::not_found);
  }
}

// autopkgtest 3
void what_is_missing_is_not_found(ResultStore& store, const std::string& container) {
  CHECK(failure_of(store.put(container, "x", text(""))) == ErrorKind::not_found);
  CHECK(failure_of(store.get(container, "x")) == ErrorKind::not_found);
  CHECK(failure_of(store.list(container, {})) == ErrorKind::not_found);
  CHECK(failure_of(store.readers_of(container)) == ErrorKind::not_found);
  make(store, container, {"a/b"});

  for (const auto* name : {"x", "a", "a/b/c", "a/x"}) {
    CAPTURE(name);
    CHECK(failure_of(store.get(container, name)) == ErrorKind::not_found);
    CHECK(failure_of(store.head(container, name)) == ErrorKind::not_found);
    CHECK(failure_of(store.remove(container, name)) == ErrorKind::not_found);
  }
}

// autopkgtest 3
void bad_names_are_refused(ResultStore& store, const std::string& container) {
  make(store, container);
  for (const auto& name :
       {std::string(), std::string(".."), std::string("."), std::string("a/../b"),
        std::string("a//b"), std::string("/a"), std::string("a/"), std::string("a\nb"),
        std::string("a\0b", 3), std::string("\xff"), std::string(1025, 'a')}) {
    CAPTURE(name);
    CHECK(failure_of(store.put(container, name, text("x"))) == ErrorKind::invalid);
    CHECK(failure_of(store.get(container, name)) == ErrorKind::invalid);
  }
  for (const auto& name : {std::string(), std::string("a/b"), std::string(".."), std::string("a\r"),
                           std::string(257, 'a')}) {
    CAPTURE(name);
    CHECK(failure_of(store.ensure_container(name, Readers{})) == ErrorKind::invalid);
    CHECK(failure_of(store.list(name, {})) == ErrorKind::invalid);
  }
}

// autopkgtest 2.7, 3
void odd_names_are_fine(ResultStore& store, const std::string& container) {
  std::string longest;
  for (int part = 0; part < 8; ++part) longest += std::string(127, 'p') + (part < 7 ? "/" : "p");
  const Names names{"%41",   "+",     "20260102_030405_a1b2c@/log.gz",
                    "A",     "a b",   "a&b=c?d#e",
                    "g++:~", longest, "\u00fc"};
  REQUIRE(longest.size() == 1024);

  make(store, container, names);

  CHECK(list(store, container, {}) == names);
  for (const auto& name : names) CHECK(store.get(container, name)->bytes == name);
}

// autopkgtest 3
void listing_is_sorted_by_bytes(ResultStore& store, const std::string& container) {
  make(store, container, {"a/x", "b", "a-b", "a0", "a.b", "Z"});

  CHECK(list(store, container, {}) == Names{"Z", "a-b", "a.b", "a/x", "a0", "b"});
  CHECK(store.list(container, {.prefix = "b"})->at(0).head.etag == codec::md5_hex("b"));
}

const Names kRuns{"n/amd64/g/green/1@/log.gz", "n/amd64/g/green/1@/result.tar",
                  "n/amd64/g/green/2@/result.tar", "n/amd64/g/greener/3@/result.tar",
                  "n/arm64/g/green/4@/result.tar"};

// autopkgtest 3
void listing_has_prefix_and_delimiter(ResultStore& store, const std::string& container) {
  make(store, container, kRuns);
  const std::string green = "n/amd64/g/green/";

  CHECK(list(store, container, {.prefix = green, .delimiter = '@'}) ==
        Names{green + "1@", green + "2@"});
  CHECK(list(store, container, {.prefix = "n/amd64/g/green", .delimiter = '/'}) ==
        Names{green, "n/amd64/g/greener/"});
  CHECK(list(store, container, {.delimiter = '/'}) == Names{"n/"});
  CHECK(list(store, container, {.prefix = green + "1@/", .delimiter = '/'}) ==
        Names{kRuns[0], kRuns[1]});
  CHECK(list(store, container, {.prefix = "n/amd64/g/green/1@/l"}) == Names{kRuns[0]});
  CHECK(list(store, container, {.prefix = "n/amd64/h"}).empty());
  CHECK(list(store, container, {.prefix = "../"}).empty());
}

// autopkgtest 3, 7
void listing_begins_and_ends_at_markers(ResultStore& store, const std::string& container) {
  make(store, container, kRuns);
  const std::string green = "n/amd64/g/green/";

  CHECK(list(store, container, {.prefix = green, .delimiter = '@', .marker = green + "1@"}) ==
        Names{green + "2@"});
  CHECK(list(store, container, {.marker = kRuns[2]}) == Names{kRuns[3], kRuns[4]});
  CHECK(list(store, container, {.marker = "n/amd64/zz", .end_marker = "n/b"}) == Names{kRuns[4]});
  CHECK(list(store, container, {.end_marker = kRuns[1]}) == Names{kRuns[0]});
  CHECK(list(store, container, {.marker = "x"}).empty());
}

// autopkgtest 3
void listing_comes_in_pages(ResultStore& store, const std::string& container) {
  make(store, container, kRuns);
  const std::string green = "n/amd64/g/green/";

  CHECK(list(store, container, {.limit = 2}) == Names{kRuns[0], kRuns[1]});
  CHECK(list_pages(store, container, {.limit = 2}) == kRuns);
  CHECK(list_pages(store, container, {.prefix = green, .delimiter = '@', .limit = 1}) ==
        Names{green + "1@", green + "2@"});
  CHECK(list_pages(store, container, {.prefix = "n/", .delimiter = '/', .limit = 1}) ==
        Names{"n/amd64/", "n/arm64/"});
}

// autopkgtest 3
void removed_is_gone(ResultStore& store, const std::string& container) {
  make(store, container, {"a/1@/x", "b"});

  REQUIRE(store.remove(container, "a/1@/x"));

  CHECK(failure_of(store.get(container, "a/1@/x")) == ErrorKind::not_found);
  CHECK(list(store, container, {}) == Names{"b"});
  CHECK(list(store, container, {.delimiter = '/'}) == Names{"b"});
  CHECK(store.put(container, "a/1@/x", text("new")));
  CHECK(store.get(container, "a/1@/x")->bytes == "new");
}

// autopkgtest 3; docs/adr/0015
void name_may_begin_another_or_says_why_not(ResultStore& store, const std::string& container) {
  make(store, container, {"a", "d/e"});

  const auto below = store.put(container, "a/b", text("a/b"));
  const auto above = store.put(container, "d", text("d"));

  REQUIRE(below.has_value() == above.has_value());
  if (below) {
    CHECK(list(store, container, {}) == Names{"a", "a/b", "d", "d/e"});
    CHECK(list(store, container, {.delimiter = '/'}) == Names{"a", "a/", "d", "d/"});
  } else {
    CHECK(failure_of(below) == ErrorKind::invalid);
    CHECK(below.error().what.contains("\"a\" is an object and no directory"));
    CHECK(failure_of(above) == ErrorKind::invalid);
    CHECK(above.error().what.contains("it is the directory of other objects"));
    CHECK(list(store, container, {}) == Names{"a", "d/e"});
  }
}

constexpr Promise kStorePromises[] = {
    {"a container is made once", container_is_made_once},
    {"whoever is asked may stop it", whoever_is_asked_may_stop_it},
    {"readers are kept", readers_are_kept},
    {"readers stay those of the first request", readers_stay_those_of_the_first},
    {"an object is read as it was put", object_is_read_as_it_was_put},
    {"put again: the same bytes change nothing, others are a conflict", put_again_changes_nothing},
    {"a head tells what is there, and what was taken away can be put", a_head_tells_what_is_there},
    {"what is missing is not found", what_is_missing_is_not_found},
    {"bad names are refused", bad_names_are_refused},
    {"odd names are fine", odd_names_are_fine},
    {"a listing is sorted by bytes", listing_is_sorted_by_bytes},
    {"a listing has prefix and delimiter", listing_has_prefix_and_delimiter},
    {"a listing begins and ends at markers", listing_begins_and_ends_at_markers},
    {"a listing comes in pages", listing_comes_in_pages},
    {"what was removed is gone", removed_is_gone},
    {"a name may begin another, or the store says why not", name_may_begin_another_or_says_why_not},
};

}  // namespace

std::span<const Promise> result_store_promises() { return kStorePromises; }

}  // namespace sluice::test
