// ResultStore: where the files of test runs lie, a directory or Swift: containers of named objects.
// Source: autopkgtest 2.7, 3.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::results {

struct ObjectHead {
  std::uint64_t size = 0;
  std::string etag;  // MD5, hex
  std::string content_type = "application/octet-stream";
  std::string content_encoding;       // "gzip"; "" none
  std::int64_t modified_seconds = 0;  // since the epoch; put() sets it

  friend bool operator==(const ObjectHead&, const ObjectHead&) = default;
};

struct Object {
  ObjectHead head;
  std::string bytes;
};

// Who may read a container. Swift's words: ".rlistings,.r:*" and "*:USER".
struct Readers {
  bool everybody = true;
  std::string user = {};  // alone, if not everybody
};

struct ListAsk {
  std::string prefix = {};
  char delimiter = '\0';        // none
  std::string marker = {};      // names after this one; "" from the beginning
  std::string end_marker = {};  // names before this one
  std::size_t limit = 10'000;
};

struct ListEntry {
  std::string name;        // of the object, or of the directory with its delimiter
  bool directory = false;  // stands for every name that begins like this; head is empty
  ObjectHead head;

  friend bool operator==(const ListEntry&, const ListEntry&) = default;
};

// Whether a call shall go on waiting for another machine.
using GoOn = std::function<bool()>;

class ResultStore {
 public:
  ResultStore() = default;
  ResultStore(const ResultStore&) = delete;
  ResultStore& operator=(const ResultStore&) = delete;
  virtual ~ResultStore() = default;

  // Errors of all: invalid (a name with "..", empty, or too long), unavailable, denied.

  // Makes it for these readers if there is none, and answers when it can be used. One that is there
  // keeps its readers. Errors also: conflict (results for these readers alone cannot lie there:
  // others read it).
  virtual base::Result<void> ensure_container(const std::string& container,
                                              const Readers& readers) = 0;
  // Whole or not at all; over an object of the same bytes it changes nothing. Errors also:
  // not_found (no such container), conflict (an object with other bytes has the name).
  virtual base::Result<void> put(const std::string& container, const std::string& name,
                                 const Object& object) = 0;
  // Errors also: not_found.
  virtual base::Result<Object> get(const std::string& container, const std::string& name) = 0;
  virtual base::Result<ObjectHead> head(const std::string& container, const std::string& name) = 0;
  virtual base::Result<void> remove(const std::string& container, const std::string& name) = 0;
  // Sorted by bytes. Errors also: not_found (no such container).
  virtual base::Result<std::vector<ListEntry>> list(const std::string& container,
                                                    const ListAsk& ask) = 0;
  virtual base::Result<std::vector<std::string>> containers() = 0;  // sorted
  virtual base::Result<Readers> readers_of(const std::string& container) = 0;

  // From now on `go_on` is asked, about once a second and in the thread of the call, while a call
  // waits for another machine; once it says no the call ends as unavailable. Null: nobody is asked.
  // A store that waits for no machine, as this default, never asks.
  virtual void ask_while_waiting(GoOn go_on) { (void)go_on; }
};

}  // namespace sluice::results
