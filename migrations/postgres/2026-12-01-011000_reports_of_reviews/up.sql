-- What became of an accountant's reports about reviews of theirs: decided ones alone, without those
-- about threats and personal data, of which nothing is counted.
CREATE TABLE review_reports (
    decision_id   BIGINT  NOT NULL PRIMARY KEY REFERENCES decisions (id), -- that answered the report
    accountant_id BIGINT  NOT NULL REFERENCES accountants (user_id),
    stands_id     BIGINT  NOT NULL REFERENCES decisions (id) -- what is in force after objections
);
CREATE INDEX review_reports_by_accountant ON review_reports (accountant_id);
CREATE INDEX review_reports_by_standing ON review_reports (stands_id);

-- Those decided before. An answer to an objection that is no "uphold" took the decision's place.
INSERT INTO review_reports (decision_id, accountant_id, stands_id)
SELECT c.decision_id, p.reporter_id, coalesce(again.id, once.id, c.decision_id)
FROM cases c
JOIN reviews r ON r.id = c.target
JOIN reports p ON p.case_id = c.id AND p.reporter_id = r.about_id
LEFT JOIN appeals a ON a.decision_id = c.decision_id
LEFT JOIN decisions once ON once.id = a.answer_id AND once.outcome <> 'uphold'
LEFT JOIN appeals b ON b.decision_id = once.id
LEFT JOIN decisions again ON again.id = b.answer_id AND again.outcome <> 'uphold'
WHERE c.target_kind = 'review' AND c.decision_id IS NOT NULL
  AND p.reason NOT IN ('threat', 'personal');
