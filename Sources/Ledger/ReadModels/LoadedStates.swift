// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// Items and changes that a transaction has read or written, so that each event need not read them again. Lives as long as its
/// transaction, under whose lock nobody else changes them.
final class LoadedStates {
  var items: [ItemID: RemediationItem] = [:]
  var changes: [ChangeID: SOPChange] = [:]
}
