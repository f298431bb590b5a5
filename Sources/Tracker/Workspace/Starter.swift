// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// The starter handbook and the starter taxonomy, compiled into the program: an installed binary can make a workspace without
/// the source. The files are those of `sop/` and `taxonomy/` at the top of the repository.
enum Starter {
  /// The SOP that is every new code's playbook until it has one of its own.
  static let procedureForNewCode = "handbook/procedure-for-a-new-code.md"

  static let handbook: [(path: String, bytes: [UInt8])] = [
    (procedureForNewCode, PackageResources.procedure_for_a_new_code_md),
    ("billing/charge-after-cancellation.md", PackageResources.charge_after_cancellation_md),
    ("billing/charge-not-authorised.md", PackageResources.charge_not_authorised_md),
    ("billing/payment-dispute.md", PackageResources.payment_dispute_md),
    ("fulfilment/late-delivery-compensation.md", PackageResources.late_delivery_compensation_md),
    ("fulfilment/wrong-or-undeliverable-address.md", PackageResources.wrong_or_undeliverable_address_md),
    ("policy/alternate-or-reconciled-data.md", PackageResources.alternate_or_reconciled_data_md),
    ("policy/compliance-hold.md", PackageResources.compliance_hold_md),
    ("policy/goodwill-payment.md", PackageResources.goodwill_payment_md),
    ("policy/step-skipped-or-brought-forward.md", PackageResources.step_skipped_or_brought_forward_md),
    ("policy/time-limit-waived.md", PackageResources.time_limit_waived_md),
    ("process/checks-before-a-charge.md", PackageResources.checks_before_a_charge_md),
    ("process/checks-before-a-payout.md", PackageResources.checks_before_a_payout_md),
    ("process/checks-before-dispatch.md", PackageResources.checks_before_dispatch_md),
    ("process/intake-and-handoffs.md", PackageResources.intake_and_handoffs_md),
    ("process/policy-and-approval-path.md", PackageResources.policy_and_approval_path_md),
    ("process/procedures-and-closing.md", PackageResources.procedures_and_closing_md),
    ("process/what-customers-are-told.md", PackageResources.what_customers_are_told_md),
    ("refunds/damaged-or-lost-goods.md", PackageResources.damaged_or_lost_goods_md),
    ("refunds/duplicate-charge.md", PackageResources.duplicate_charge_md),
    ("refunds/refund-above-the-threshold.md", PackageResources.refund_above_the_threshold_md),
    ("refunds/refund-not-paid-out.md", PackageResources.refund_not_paid_out_md),
    ("refunds/refund-paid-twice-or-too-high.md", PackageResources.refund_paid_twice_or_too_high_md),
    ("refunds/wrong-amount-charged.md", PackageResources.wrong_amount_charged_md),
    ("returns/goods-not-as-described.md", PackageResources.goods_not_as_described_md),
    ("returns/return-differs-from-agreement.md", PackageResources.return_differs_from_agreement_md),
    ("returns/wrong-or-missing-item.md", PackageResources.wrong_or_missing_item_md),
    ("support/authority-or-lawyer-complaint.md", PackageResources.authority_or_lawyer_complaint_md),
    ("support/case-reopened.md", PackageResources.case_reopened_md),
    ("support/escalated-complaint.md", PackageResources.escalated_complaint_md),
    ("support/promised-time-missed.md", PackageResources.promised_time_missed_md),
  ]

  static let codes = PackageResources.codes_yaml
  static let rootCauses = PackageResources.root_causes_yaml
  static let policies = PackageResources.policies_yaml

  /// What stands in the starter files where a person's id belongs.
  private static let placeholder = "ACTING-PERSON"

  static func text(_ bytes: [UInt8], owner: PersonID) -> String {
    String(decoding: bytes, as: UTF8.self).replacing(placeholder, with: YAMLText.scalar(owner.text))
  }

  /// - Parameter playbook: every entry's, in place of its own; nil keeps those.
  static func text(_ bytes: [UInt8], owner: PersonID, playbook: SOPPath?) -> String {
    let text = text(bytes, owner: owner)
    guard let playbook else { return text }
    return text.replacing(/(?<key>\bplaybook: ).*/) { $0.output.key + YAMLText.scalar(playbook.text) }
  }
}
