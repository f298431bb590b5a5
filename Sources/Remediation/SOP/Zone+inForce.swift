// SPDX-License-Identifier: Apache-2.0

extension Zone {
  /// From when a version is in force: the later of its commit's time and its effective date at 00:00 in the workspace's zone.
  package func inForceFrom(_ effective: CalendarDate?, committedAt: Timestamp) -> Timestamp {
    max(committedAt, effective.map(startOfDay) ?? committedAt)
  }
}
