// WorkerScene: a worker with every door a fake, and a tool whose runs pass until told otherwise.
#pragma once

#include <string>
#include <utility>

#include "support/manual_clock.h"
#include "support/memory_files.h"
#include "support/memory_result_store.h"
#include "support/patient_waiter.h"
#include "support/played_process_groups.h"
#include "support/recording_log.h"
#include "support/scripted_test_queue.h"
#include "worker/doors.h"

namespace sluice::test {

class ToldSignals final : public sys::Signals {
 public:
  sys::SignalCounts seen() override { return counts; }
  sys::SignalCounts counts;
};

class KnownPpaKeys final : public worker::PpaKeys {
 public:
  base::Result<std::string> key_of(const worker::Ppa&) override { return key; }
  base::Result<std::string> key = "KEY";
};

struct WorkerScene {
  WorkerScene() {
    settings.config.releases = {"noble"};
    settings.config.args = "schroot $RELEASE";
    settings.tool = {false, false, true, true, true, "--test-name"};
    settings.work_directory = "/work-dir";
    settings.host = "host";
    lease.job = 7;
    lease.epoch = 3;
    lease.queue = {"", "noble", "amd64"};
    lease.request.package = "gzip";
    lease.request.triggers = {"glibc/2.36-9"};
    groups.leaves = {{"log", "autopkgtest [10:00:00]: starting\n"},
                     {"summary", "smoke                PASS\n"},
                     {"testbed-packages", "libc6\t2.36-9\n"},
                     {"testpkg-version", "gzip 1.12-1\n"}};
  }

  void fail_with(int exit_code, const std::string& summary) {
    groups.leaves["summary"] = summary;
    groups.end = sys::GroupEnd{exit_code, sys::GroupEnding::by_itself};
  }

  worker::Doors doors() { return {files, clock, waiter, signals, groups, queue, store, keys, log}; }

  MemoryFileSystem files;
  ManualClock clock{base::instant_of_seconds(1'767'323'045)};  // 2026-01-02 03:04:05
  PatientWaiter waiter;
  ToldSignals signals;
  PlayedProcessGroups groups{files, clock};
  ScriptedTestQueue queue;
  MemoryResultStore store;
  KnownPpaKeys keys;
  RecordingLog log;
  worker::Settings settings;
  worker::Slot slot{"host-1", "amd64", ""};
  queue::Lease lease;
};

}  // namespace sluice::test
