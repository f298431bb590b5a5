// SPDX-License-Identifier: Apache-2.0

// Stripe: payments, the balance, and refunds.
extension VerbatimExport {
  static let stripePayments = VerbatimExport(
    name: "Stripe, payments",
    header:

      "id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,Converted Amount Refunded,Fee,Tax,Converted Currency,Mode,Status,Statement Descriptor,Customer ID,Customer Description,Customer Email,Captured,Card ID,Card Last4,Card Brand,Card Funding,Card Exp Month,Card Exp Year,Card Name,Card Address Line1,Disputed Amount,Dispute Status,Dispute Reason,Dispute Date (UTC),Dispute Evidence Due (UTC),Invoice ID,Payment Source Type,Destination,Transfer,Interchange Costs,Merchant Service Charge,Transfer Group,PaymentIntent ID",
    values: { row in
      let isDisputed = row % 8 == 0
      return [
        "id": "ch_3Mml\(row + 1000)xYz", "Description": "Order \(row + 5000)", "Seller Message": "Payment complete.",
        "Created (UTC)": "2024-03-\(two(row % 28 + 1)) 10:\(two(row % 60))",
        "Amount": "\(row % 90 + 10).\(two(row % 100))",
        "Amount Refunded": "0.00", "Currency": pick(row, 1, ["usd", "eur"]),
        "Converted Amount": "\(row % 80 + 10).\(two(row % 100))",
        "Converted Amount Refunded": "0.00", "Fee": "1.\(two(row % 100))", "Tax": "0.00", "Converted Currency": "usd",
        "Mode": "Live",
        "Status": isDisputed ? "Disputed" : pick(row, 2, ["Paid", "Failed"]),
        "Customer ID": "cus_N\(row % 60 + 1000)abc",
        "Customer Email": "someone\(row % 60)@example.com", "Captured": "true", "Card ID": "card_1M\(row % 60 + 1000)",
        "Card Last4": "\(4242 + row % 60)", "Card Brand": pick(row, 3, ["Visa", "MasterCard"]),
        "Card Funding": pick(row, 4, ["credit", "debit"]),
        "Card Exp Month": "\(row % 12 + 1)", "Card Exp Year": "2027", "Card Name": people[row % 6],
        "Disputed Amount": isDisputed ? "10.00" : "",
        "Dispute Status": isDisputed ? pick(row, 5, ["won", "lost"]) : "",
        "Dispute Reason": isDisputed ? pick(row, 6, ["fraudulent", "duplicate", "product_not_received"]) : "",
        "Dispute Date (UTC)": isDisputed ? "2024-04-02 11:00" : "", "Payment Source Type": "card",
        "PaymentIntent ID": "pi_3Mml\(row + 1000)xYz",
      ]
    },
    expected: [
      "id": "id", "occurred_at": "Created (UTC)", "code": "Dispute Reason", "amount": "Amount", "status": "Status",
      "inputs": "Customer ID",
      "format": "iso8601", "currency": "Currency",
    ])

  static let stripeBalance = VerbatimExport(
    name: "Stripe, balance change from activity",
    header:

      "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,description,automatic_payout_id,automatic_payout_effective_at,customer_id,charge_id,payment_intent_id,payment_method_type,card_brand,payment_metadata[KEY],refund_metadata[KEY]",
    values: { row in
      let isRefund = row % 3 == 0
      let amount = "\(row % 90 + 10).\(two(row % 100))"
      return [
        "balance_transaction_id": "txn_1Mml\(row + 1000)",
        "created_utc": "2024-03-\(two(row % 28 + 1)) 10:\(two(row % 60)):00",
        "available_on_utc": "2024-04-\(two(row % 28 + 1)) 00:00:00", "currency": "usd",
        "gross": isRefund ? "-\(amount)" : amount,
        "fee": "0.\(two(row % 100))", "net": isRefund ? "-\(amount)" : amount,
        "reporting_category": isRefund ? "refund" : pick(row, 1, ["charge", "dispute", "fee"]),
        "source_id": "re_3Mml\(row + 1000)",
        "description": "Order \(row)", "automatic_payout_id": "po_1M\(row % 28 + 1000)",
        "automatic_payout_effective_at": "2024-04-\(two(row % 28 + 1)) 00:00:00",
        "customer_id": "cus_N\(row % 60 + 1000)",
        "charge_id": "ch_3Mml\(row + 1000)", "payment_intent_id": "pi_3Mml\(row + 1000)", "payment_method_type": "card",
        "card_brand": pick(row, 2, ["visa", "mastercard"]),
      ]
    },
    expected: [
      "id": "balance_transaction_id", "occurred_at": "created_utc", "code": "reporting_category", "amount": "gross",
      "inputs": "customer_id", "currency": "currency",
    ])

  static let stripeRefunds = VerbatimExport(
    name: "Stripe, refunds of the API",
    header:

      "id,amount,balance_transaction,charge,created,currency,failure_reason,payment_intent,pending_reason,reason,status",
    values: { row in
      [
        "id": "re_3Mml\(row + 1000)", "amount": "\(row * 17 % 9000 + 100)",
        "balance_transaction": "txn_3M\(row + 1000)",
        "charge": "ch_3M\(row + 1000)", "created": "\(1_710_000_000 + row * 5000)", "currency": "eur",
        "failure_reason": row % 6 == 0 ? pick(row, 1, ["declined", "insufficient_funds"]) : "",
        "payment_intent": "pi_3M\(row + 1000)",
        "reason": pick(row, 2, ["requested_by_customer", "duplicate", "fraudulent"]),
        "status": pick(row, 3, ["succeeded", "failed"]),
      ]
    },
    expected: [
      "id": "id", "occurred_at": "created", "code": "reason", "root_cause": "failure_reason", "amount": "amount",
      "status": "status",
      "format": "unix", "currency": "currency",
    ])
}
