#include "results/dir_result_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "results/listing.h"
#include "results/object_head.h"
#include "results/object_names.h"
#include "results/readers.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

// No part of an object's name begins like this.
constexpr std::string_view kOurs = ".sluice-";
constexpr std::string_view kHead = ".sluice-head-";
constexpr std::string_view kContainer = ".sluice-container";
// File systems allow 255 bytes; a head, and a file while it is written, have longer names.
constexpr std::size_t kPartBytes = 200;

Result<void> check_parts(std::string_view name) {
  for (const auto part : base::split(name, '/')) {
    if (part.size() > kPartBytes)
      return fail(ErrorKind::invalid,
                  fmt::format("name \"{}\": a directory holds at most {} bytes between slashes",
                              name, kPartBytes));
    if (part.starts_with(kOurs))
      return fail(ErrorKind::invalid,
                  fmt::format("name \"{}\": what begins with {} is the store's", name, kOurs));
  }
  return {};
}

std::unexpected<base::Error> no_object(const std::string& container, std::string_view name) {
  return fail(ErrorKind::not_found, fmt::format("no object {} in container {}", name, container));
}

std::string_view directory_of(std::string_view name) {
  return name.substr(0, name.rfind('/') + 1);  // npos + 1 is 0
}

// The names in a directory, in the order in which a listing has what they stand for: "a/" comes
// after "a-b". What has no head ends in "/": a directory, or nothing of ours.
std::vector<std::string> in_order_of_listing(const std::vector<std::string>& sorted) {
  std::vector<std::string> names;
  for (const auto& name : sorted) {
    if (name.starts_with(kOurs)) continue;
    const auto has_head = std::ranges::binary_search(sorted, std::string(kHead) + name);
    names.push_back(has_head ? name : name + "/");
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

DirResultStore::DirResultStore(sys::FileSystem& files, std::string root)
    : files_(files), root_(std::move(root)) {}

std::string DirResultStore::path_of(const std::string& container, std::string_view name) const {
  return fmt::format("{}/{}/{}", root_, container, name);
}

std::string DirResultStore::head_path_of(const std::string& container,
                                         std::string_view name) const {
  const auto directory = directory_of(name);
  return fmt::format("{}/{}/{}{}{}", root_, container, directory, kHead,
                     name.substr(directory.size()));
}

std::string DirResultStore::container_path_of(const std::string& container) const {
  return fmt::format("{}/{}/{}", root_, container, kContainer);
}

Result<void> DirResultStore::check_object(const std::string& container, std::string_view name) {
  if (auto fine = check_object_name(name); !fine) return fine;
  if (auto fine = check_parts(name); !fine) return fine;
  if (auto readers = readers_of(container); !readers) return std::unexpected(readers.error());
  return {};
}

Result<void> DirResultStore::ensure_container(const std::string& container,
                                              const Readers& readers) {
  if (auto fine = check_container_name(container); !fine) return fine;
  if (auto fine = check_parts(container); !fine) return fine;
  if (auto fine = check_readers(readers); !fine) return fine;
  const auto there = readers_of(container);
  if (there) return check_admits(*there, readers, container);
  if (there.error().kind != ErrorKind::not_found) return std::unexpected(there.error());
  // Whoever reads may still be given the right by hand: a container that is there stays as it is.
  if (!readers.everybody)
    if (auto made = files_.create_private_directory(fmt::format("{}/{}", root_, container)); !made)
      return made;
  const auto text =
      codec::to_json(codec::Map{{"read", results::text_of(readers)}}, codec::JsonStyle::compact) +
      "\n";
  return files_.replace(container_path_of(container), text);
}

Result<Readers> DirResultStore::readers_of(const std::string& container) {
  if (auto fine = check_container_name(container); !fine) return std::unexpected(fine.error());
  if (auto fine = check_parts(container); !fine) return std::unexpected(fine.error());
  const auto path = container_path_of(container);
  const auto text = files_.read(path);
  if (!text && text.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found, "no container " + container);
  if (!text) return std::unexpected(text.error());
  const auto json = codec::parse_json(*text);
  if (!json) return base::fail_with(json.error(), path);
  const auto* read = json->find("read");
  if (read == nullptr || read->string() == nullptr)
    return fail(ErrorKind::corrupt, path + ": expected the text \"read\"");
  return parse_readers(*read->string());
}

// Swift has no directories; here a name cannot be an object and a directory of others.
Result<void> DirResultStore::check_place(const std::string& container, const std::string& name) {
  const auto status = files_.status(path_of(container, name));
  if (status && status->directory)
    return fail(ErrorKind::invalid,
                fmt::format("name \"{}\": it is the directory of other objects", name));
  for (auto at = name.find('/'); at != std::string::npos; at = name.find('/', at + 1)) {
    const auto part = name.substr(0, at);
    if (files_.exists(head_path_of(container, part)))
      return fail(ErrorKind::invalid,
                  fmt::format("name \"{}\": \"{}\" is an object and no directory", name, part));
  }
  return {};
}

Result<void> DirResultStore::put(const std::string& container, const std::string& name,
                                 const Object& object) {
  if (auto fine = check_object(container, name); !fine) return fine;
  const auto path = path_of(container, name);
  if (const auto old = get(container, name)) {
    if (old->bytes == object.bytes) return {};
    return fail(ErrorKind::conflict,
                fmt::format("object {} in container {} has other bytes", name, container));
  } else if (old.error().kind != ErrorKind::not_found) {
    return std::unexpected(old.error());
  }
  if (auto fine = check_place(container, name); !fine) return fine;
  auto head = object.head;
  head.size = object.bytes.size();
  head.etag = codec::md5_hex(object.bytes);
  const auto text = render_head(head);
  if (auto readable = parse_head(text); !readable)
    return fail(ErrorKind::invalid, "the types of an object: expected no control characters");
  // Bytes that a crash during their removal left must not meet the new head. Writing the head syncs
  // the removal too.
  (void)files_.remove(path);  // mostly there is nothing
  if (auto written = files_.replace(head_path_of(container, name), text); !written) return written;
  return files_.replace(path, object.bytes);
}

Result<ObjectHead> DirResultStore::head(const std::string& container, const std::string& name) {
  if (auto fine = check_object(container, name); !fine) return std::unexpected(fine.error());
  return read_head(container, name);
}

Result<ObjectHead> DirResultStore::read_head(const std::string& container,
                                             const std::string& name) {
  const auto path = head_path_of(container, name);
  const auto text = files_.read(path);
  if (!text && text.error().kind == ErrorKind::not_found) return no_object(container, name);
  if (!text) return std::unexpected(text.error());
  auto head = parse_head(*text);
  if (!head) return base::fail_with(std::move(head.error()), path);
  const auto status = files_.status(path_of(container, name));
  if (!status || status->directory) return no_object(container, name);
  if (status->size != head->size)
    return fail(ErrorKind::corrupt,
                fmt::format("{} has {} bytes, expected {}", path_of(container, name), status->size,
                            head->size));
  head->modified_seconds = status->modified_ns / 1'000'000'000;
  return head;
}

Result<Object> DirResultStore::get(const std::string& container, const std::string& name) {
  auto found = head(container, name);
  if (!found) return std::unexpected(std::move(found.error()));
  auto bytes = files_.read(path_of(container, name));
  if (!bytes && bytes.error().kind == ErrorKind::not_found) return no_object(container, name);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  if (codec::md5_hex(*bytes) != found->etag)
    return fail(ErrorKind::corrupt,
                fmt::format("{} has not the MD5 {}", path_of(container, name), found->etag));
  return Object{.head = std::move(*found), .bytes = std::move(*bytes)};
}

Result<void> DirResultStore::remove(const std::string& container, const std::string& name) {
  if (auto found = head(container, name); !found && found.error().kind != ErrorKind::corrupt)
    return std::unexpected(std::move(found.error()));
  if (auto removed = files_.remove(path_of(container, name)); !removed) return removed;
  return files_.remove(head_path_of(container, name));
}

Result<void> DirResultStore::list_below(const std::string& container, const std::string& directory,
                                        Listing& listing) {
  auto path = path_of(container, directory);
  path.pop_back();  // the slash
  const auto sorted = files_.list(path);
  if (!sorted && sorted.error().kind == ErrorKind::not_found) return {};  // or no directory
  if (!sorted) return std::unexpected(sorted.error());
  for (const auto& each : in_order_of_listing(*sorted)) {
    auto name = directory + each;
    if (each.ends_with('/')) {
      if (!listing.wants_below(name)) continue;
      if (auto listed = list_below(container, name, listing); !listed) return listed;
      continue;
    }
    const auto appears = listing.appearance_of(name);
    if (appears == Appears::in_directory) listing.add_directory_of(name);
    if (appears != Appears::itself) continue;
    auto found = read_head(container, name);
    if (!found && found.error().kind == ErrorKind::not_found) continue;  // removed meanwhile
    if (!found) return std::unexpected(std::move(found.error()));
    listing.add(std::move(name), std::move(*found));
  }
  return {};
}

Result<std::vector<ListEntry>> DirResultStore::list(const std::string& container,
                                                    const ListAsk& ask) {
  if (auto readers = readers_of(container); !readers) return std::unexpected(readers.error());
  Listing listing(ask);
  const std::string start(directory_of(ask.prefix));
  // What begins like no name of ours begins no object; it may lead out of the store.
  const auto parent = std::string_view(start).substr(0, start.empty() ? 0 : start.size() - 1);
  if (!start.empty() && (!check_object_name(parent) || !check_parts(parent)))
    return std::vector<ListEntry>{};
  if (auto listed = list_below(container, start, listing); !listed)
    return std::unexpected(std::move(listed.error()));
  return std::move(listing).take();
}

Result<std::vector<std::string>> DirResultStore::containers() {
  auto names = files_.list(root_);
  if (!names && names.error().kind == ErrorKind::not_found) return std::vector<std::string>{};
  if (!names) return names;
  std::erase_if(*names, [&](const auto& name) { return !files_.exists(container_path_of(name)); });
  return names;
}

}  // namespace sluice::results
